//! SIGHUP has the configuration read again. SIGTERM and SIGINT ask the daemon to stop; the second one no longer asks.

use std::io;
use std::sync::mpsc::Sender;
use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::periods::Message;

/// What a shell adds to the number of the signal that ended a process.
const SIGNALLED: i32 = 128;

/// Sends [`Message::Reload`] at each SIGHUP and [`Message::Stop`] at the first other signal. The
/// second ends the process at once, for when the
/// loop hangs; a kernel program that
/// is not pinned is then detached.
pub fn forward(loop_: Sender<Message>) -> io::Result<()> {
    let mut signals = Signals::new([SIGHUP, SIGTERM, SIGINT])?;
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        let mut asked = false;
        for signal in signals.forever() {
            if signal == SIGHUP {
                // A loop that is gone has nothing to reload.
                let _ = loop_.send(Message::Reload);
                continue;
            }
            // A loop that is gone cannot be asked.
            if asked || loop_.send(Message::Stop(name(signal))).is_err() {
                std::process::exit(SIGNALLED + signal);
            }
            asked = true;
        }
    })?;
    Ok(())
}

fn name(signal: i32) -> &'static str {
    if signal == SIGINT { "SIGINT" } else { "SIGTERM" }
}
