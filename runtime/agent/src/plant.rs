//! What the loop measures and steers: the kernel program, or a model of it.

use std::fmt;

/// The members of a fibre, as the loop sees them.
pub trait Plant {
    /// Why the plant did not answer.
    type Error: fmt::Display;

    /// The members now and what they use.
    fn measure(&mut self) -> Result<Measure, Self::Error>;

    /// Makes `price`, in Q(F), the one that demands are computed from.
    fn set_price(&mut self, price: u64) -> Result<(), Self::Error>;

    /// Hands over what happened since the last call, oldest first.
    fn drain(&mut self, sink: &mut dyn FnMut(Event)) -> Result<(), Self::Error>;

    /// The price, in Q(F), at which the plant works already because an earlier daemon left it so.
    fn price(&self) -> Option<u64> {
        None
    }

    /// Lets go of the members on an orderly stop. What ends with this process has nothing to do.
    fn detach(&mut self) -> Result<(), Self::Error> {
        Ok(())
    }

    /// What went wrong inside the plant since the start: a name for each kind, and how often.
    fn troubles(&self) -> Result<Vec<Trouble>, Self::Error>;
}

/// Something that went wrong inside the plant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Which kind.
    pub kind: &'static str,
    /// How often since the start.
    pub total: u64,
}

/// The members at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    /// How many there are.
    pub members: u32,
    /// Their use, added up, in nanoseconds.
    pub total_dwell_ns: u64,
    /// Each of them.
    pub rows: Vec<Member>,
}

/// A process whose clock runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its id.
    pub tgid: u32,
    /// Its name.
    pub comm: String,
    /// Its class, an index into the fibre's.
    pub class: usize,
    /// How long its clock has run, in nanoseconds.
    pub dwell_ns: u64,
    /// How long it may, at the price now, in nanoseconds.
    pub budget_ns: u64,
}

/// Something that happened to a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When, by `CLOCK_MONOTONIC` in nanoseconds.
    pub time_ns: u64,
    /// What happened.
    pub kind: EventKind,
    /// The process and its figures at that moment.
    pub member: Member,
    /// The price at that moment, in Q(F).
    pub price: u64,
}

/// What can happen to a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// Its clock started: what it did matched this rule, an index into the fibre's.
    Tainted(usize),
    /// Its clock started with that of this process, which made it.
    Inherited(u32),
    /// Its dwell passed its budget, and it was killed.
    Killed(Path),
    /// Its dwell passed its budget, and it goes on because the daemon only observes.
    Overdue,
    /// Its clock stopped.
    Cleared,
    /// It ended by itself while its clock ran.
    Exited,
}

/// What found that a budget was spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path {
    /// The member's timer.
    Timer,
    /// The member itself, asked by its timer.
    TaskWork,
    /// The check at a system call.
    SystemCall,
    /// Nothing: no clock was free for it.
    NoSlot,
    /// The daemon, asked by the timer: this kernel lets no program signal another process.
    Daemon,
}

impl Path {
    /// Every path.
    pub const ALL: [Path; 5] =
        [Path::Timer, Path::TaskWork, Path::SystemCall, Path::NoSlot, Path::Daemon];

    /// Its name in logs and labels.
    pub fn name(self) -> &'static str {
        match self {
            Path::Timer => "timer",
            Path::TaskWork => "task_work",
            Path::SystemCall => "system_call",
            Path::NoSlot => "no_slot",
            Path::Daemon => "daemon",
        }
    }
}
