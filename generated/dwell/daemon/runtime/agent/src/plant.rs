//! What the loop measures and steers: the kernel program, or a model of it.

use std::fmt;

use crate::fibre::{Act, MAX_EVIDENCE, Verdict};
use crate::groups::Change;

/// The members of a fibre, as the loop sees them. A member is a bucket of processes, as large as the
/// spec says: a process, a tree of them, or all of a control group.
pub trait Plant {
    /// Why the plant did not answer.
    type Error: fmt::Display;

    /// The members now and what they use.
    fn measure(&mut self) -> Result<Measure, Self::Error>;

    /// Makes `price`, in Q(F), the one that demands are computed from.
    fn set_price(&mut self, price: u64) -> Result<(), Self::Error>;

    /// Hands over what happened since the last call, oldest first.
    fn drain(&mut self, sink: &mut dyn FnMut(Event)) -> Result<(), Self::Error>;

    /// Has a bucket that waits go on, or end.
    fn decide(&mut self, bucket: u64, verdict: Verdict) -> Result<Decided, Self::Error>;

    /// Carries out what is done to members by control groups: `measure` says whom it concerns, and
    /// `acts` are the fibre's. Called once a period.
    fn hold(&mut self, acts: &[Act], measure: &Measure) -> Result<Vec<Change>, Self::Error> {
        let _ = (acts, measure);
        Ok(Vec::new())
    }

    /// The price, in Q(F), at which the plant works already because an earlier daemon left it so.
    fn price(&self) -> Option<u64> {
        None
    }

    /// Waits a moment until members that were let go run again.
    fn settle(&mut self) -> Result<(), Self::Error> {
        Ok(())
    }

    /// Lets go of the members on an orderly stop. What ends with this process has nothing to do.
    fn detach(&mut self) -> Result<Vec<Change>, Self::Error> {
        Ok(Vec::new())
    }

    /// What went wrong inside the plant since the start: a name for each kind, and how often.
    fn troubles(&self) -> Result<Vec<Trouble>, Self::Error>;

    /// Has the runs of programs counted and timed from now on, or no longer.
    fn count_runs(&mut self, _wanted: bool) -> Result<(), Self::Error> {
        Ok(())
    }

    /// What the kernel knows of each program; nothing where there is none.
    fn programs(&self) -> Result<Vec<Program>, Self::Error> {
        Ok(Vec::new())
    }
}

/// A program of the kernel part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Its name, such as `on_sys_enter`.
    pub name: String,
    /// Instructions that the verifier went through when it was loaded.
    pub verified: u32,
    /// How often it ran while somebody had runs counted.
    pub runs: u64,
    /// How long those runs took, in nanoseconds.
    pub run_ns: u64,
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
    /// How many there are whose clocks run.
    pub members: u32,
    /// Their use, added up, in nanoseconds.
    pub total_dwell_ns: u64,
    /// Each of them, and those whose clocks stand.
    pub rows: Vec<Member>,
}

/// A bucket of processes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its id, which no other bucket has while the kernel program lives.
    pub id: u64,
    /// Its first process.
    pub tgid: u32,
    /// The name of that process.
    pub comm: String,
    /// Its class, an index into the fibre's.
    pub class: usize,
    /// What its clock does, and what is done to it.
    pub state: State,
    /// What was done to it, an index into the fibre's acts.
    pub act: Option<usize>,
    /// How long its clock has run, in nanoseconds.
    pub dwell_ns: u64,
    /// How long it may, at the price now, in nanoseconds.
    pub budget_ns: u64,
    /// Its processes that have not ended.
    pub processes: u32,
    /// Files that were there before it and that it destroyed.
    pub lost: u32,
    /// Its points of each evidence, in Q16, in the fibre's order.
    pub evidence_q16: [u32; MAX_EVIDENCE],
}

impl Member {
    /// Whether it has a share of a processor, or is to have one; `acts` are the fibre's.
    pub fn is_slowed(&self, acts: &[Act]) -> bool {
        let act = self.act.and_then(|act| acts.get(act));
        self.state == State::Overdue && matches!(act, Some(Act::Throttle { .. }))
    }
}

/// What a bucket's clock does, and what is done to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Its clock stands.
    Watched,
    /// Its clock runs, within its budget.
    Live,
    /// Its budget is spent, and it goes on.
    Overdue,
    /// It is being killed.
    Killed,
    /// It is stopped, until somebody decides.
    Stopped,
    /// Somebody let it go; otherwise as [`State::Watched`].
    Released,
}

impl State {
    /// Every state.
    pub const ALL: [State; 6] = [
        State::Watched,
        State::Live,
        State::Overdue,
        State::Killed,
        State::Stopped,
        State::Released,
    ];

    /// Whether its processes go on while its clock runs.
    pub fn runs(self) -> bool {
        matches!(self, State::Live | State::Overdue | State::Killed)
    }

    /// Its name in answers and on the page.
    pub fn name(self) -> &'static str {
        match self {
            State::Watched => "watched",
            State::Live => "live",
            State::Overdue => "overdue",
            State::Killed => "killed",
            State::Stopped => "stopped",
            State::Released => "released",
        }
    }
}

/// What became of a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// It is being carried out.
    Done,
    /// There is no such bucket any more.
    Gone,
    /// Nothing was done to the bucket that could be taken back.
    Idle,
}

/// Something that happened to a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When, by `CLOCK_MONOTONIC` in nanoseconds.
    pub time_ns: u64,
    /// What happened.
    pub kind: EventKind,
    /// The bucket and its figures at that moment.
    pub member: Member,
    /// The price at that moment, in Q(F).
    pub price: u64,
}

/// What can happen to a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// Its clock started: what it did matched this rule, an index into the fibre's.
    Tainted(usize),
    /// Its clock started with that of this process, which made it.
    Inherited(u32),
    /// Its dwell passed its budget, and this was done.
    Acted {
        /// What, an index into the fibre's acts.
        act: usize,
        /// What found that the budget was spent.
        path: Path,
    },
    /// Its dwell passed its budget, and it goes on: the daemon only observes, or no act fits.
    Overdue,
    /// Its clock stopped.
    Cleared,
    /// It ended by itself while its clock ran.
    Exited,
    /// Somebody decided how it goes on.
    Decided(Verdict),
}

impl EventKind {
    /// Whether the bucket's clock stood still after it.
    pub fn ends_a_clock(self) -> bool {
        matches!(self, EventKind::Acted { .. } | EventKind::Cleared | EventKind::Exited)
    }
}

/// What found that a budget was spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path {
    /// The member's timer.
    Timer,
    /// The check at a system call.
    SystemCall,
}

impl Path {
    /// Every path.
    pub const ALL: [Path; 2] = [Path::Timer, Path::SystemCall];

    /// Its name in logs and labels.
    pub fn name(self) -> &'static str {
        match self {
            Path::Timer => "timer",
            Path::SystemCall => "system_call",
        }
    }
}
