//! Whom no spec can hit: the init process, threads of the kernel, the daemon, and who started it.
//!
//! What decides that is asked about every process of this machine, by a program that is attached to
//! no hook, and in which every call that would send a signal was taken out before it was compiled.
//! Scope, which holds all of them off a second time, is taken out, too.

use std::collections::HashMap;
use std::io::Read;

use dslc_agent::exempt;
use libbpf_rs::{Iter, IterOpts, MapCore, MapFlags, ObjectBuilder};

use crate::support::FIRST_UNLINK;
use crate::support::program::{Program, Spec};
use crate::support::victim::Victim;

/// Asks `signal_task` about each process, and says what it would have done.
const ASK: &str = r#"
SEC("iter/task")
int ask(u64 *context)
{
	struct bpf_iter_meta *meta = (struct bpf_iter_meta *)context[0];
	struct task_struct *task = (struct task_struct *)context[1];
	u32 answer[2];

	if (!task || task->pid != task->tgid)
		return 0;
	answer[0] = task->tgid;
	answer[1] = !signal_task(task, SIGKILL);
	bpf_seq_write(meta->seq, answer, sizeof(answer));
	return 0;
}

char gpl[]"#;

/// What is changed in the text of the program: nothing in it sends any more.
const CHANGES: [(&str, &str); 5] = [
    ("!HAS(bpf_send_signal_task) || !in_scope(task) || ", ""),
    ("bpf_send_signal_task(task, signal, PIDTYPE_TGID, 0)", "0"),
    ("bpf_send_signal(signal)", "0"),
    ("bpf_send_signal_thread(signal)", "0"),
    ("char gpl[]", ASK),
];

fn harmless(text: String) -> String {
    CHANGES.iter().fold(text, |text, (from, to)| text.replace(from, to))
}

/// Whether each process on this machine would be signalled, by its id.
fn answers(exempt: &[u32]) -> HashMap<u32, bool> {
    let program = Program::build_changed(&Spec::taint(FIRST_UNLINK), harmless);
    let mut open = ObjectBuilder::default().open_memory(&program.object).unwrap();
    for mut program in open.progs_mut() {
        let asks = program.name() == "ask";
        program.set_autoload(asks);
    }
    let object = open.load().unwrap();
    let spared = object.maps().find(|map| map.name() == "exempt").unwrap();
    for tgid in exempt {
        // Whenever it was made.
        spared.update(&tgid.to_ne_bytes(), &0u64.to_ne_bytes(), MapFlags::ANY).unwrap();
    }
    let ask = object.progs_mut().find(|program| program.name() == "ask").unwrap();
    let link = ask.attach_iter_with_opts(IterOpts::None).unwrap();
    let mut said = Vec::new();
    Iter::new(&link).unwrap().read_to_end(&mut said).unwrap();
    let number = |bytes: &[u8]| u32::from_ne_bytes(bytes.try_into().unwrap());
    said.chunks_exact(8).map(|one| (number(&one[..4]), number(&one[4..]) == 1)).collect()
}

/// Whether a process is a thread of the kernel; none if it has ended.
fn is_kernel_thread(tgid: u32) -> Option<bool> {
    let stat = std::fs::read_to_string(format!("/proc/{tgid}/stat")).ok()?;
    let flags: u64 = stat[stat.rfind(')')? + 2..].split(' ').nth(6)?.parse().ok()?;
    Some(flags & 0x0020_0000 != 0)
}

#[test]
fn whoever_is_untouchable_is_refused_wherever_it_is() {
    assert!(exempt::ids_are_the_kernels().unwrap(), "run in the first pid namespace");
    let victim = Victim::start("sleep");
    let exempt = exempt::processes().unwrap();
    let answers = answers(&exempt);
    // It does ask: anybody else would be signalled.
    assert_eq!(answers.get(&victim.id()), Some(&true));
    assert_eq!(answers.get(&std::process::id()), Some(&false));
    for process in &exempt {
        assert_ne!(answers.get(process), Some(&true), "process {process}");
    }
    assert!(exempt.contains(&1) && exempt.contains(&std::os::unix::process::parent_id()));
    let threads: Vec<_> =
        answers.iter().filter(|(tgid, _)| is_kernel_thread(**tgid) == Some(true)).collect();
    assert!(!threads.is_empty(), "no thread of the kernel is seen");
    assert!(!threads.iter().any(|(_, hit)| **hit), "{threads:?}");
}

#[test]
fn the_init_process_needs_no_exemption() {
    let answers = answers(&[]);
    // Some machines hide it from every program.
    assert_ne!(answers.get(&1), Some(&true));
    assert_eq!(answers.get(&std::process::id()), Some(&true));
}
