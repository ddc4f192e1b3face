//! What the compiler knows of a fibre and its daemon runs.

use std::time::Duration;

use dslc_core::{PriceRule, Reciprocal};

/// One resource whose price moves, the members that a port observes, and the kernel program that
/// enforces their demand. A generated daemon holds one as a constant.
#[derive(Clone, Copy, Debug)]
pub struct Fibre {
    /// Name of the fibre.
    pub name: &'static str,
    /// Name of the daemon's program.
    pub program: &'static str,
    /// The kernel program, an ELF object for BPF with BTF.
    pub object: &'static [u8],
    /// How the price moves; quanta are nanoseconds.
    pub rule: PriceRule,
    /// The price at the start, in Q(F).
    pub initial_price: u64,
    /// Time between two updates, in nanoseconds.
    pub period_ns: u64,
    /// The classes of members, in the order of the kernel program.
    pub classes: &'static [Class],
    /// What the kernel program observes besides use, in its order; at most [`MAX_EVIDENCE`].
    pub evidence: &'static [Evidence],
    /// What is done to a member past its budget, in the order of the kernel program: the first that
    /// fits.
    pub acts: &'static [Act],
    /// Agents that no port observes: what they would use is computed.
    pub computed: &'static [Computed],
    /// The taint rules as the spec writes them, in the order of the kernel program.
    pub rules: &'static [&'static str],
    /// Folders that the taint rules name, in the order of the kernel program.
    pub trees: &'static [&'static str],
    /// Metrics that the spec names.
    pub exports: &'static [Export],
    /// Where the shared page is unless the command line says otherwise.
    pub page: &'static str,
}

/// Most evidences of a fibre.
pub const MAX_EVIDENCE: usize = 4;

/// An input of the spec that the kernel program observes: points, which halve with time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The input.
    pub name: &'static str,
    /// The most points it can have.
    pub most: u32,
}

/// What is done to a member whose use passed its demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Its processes are killed.
    Kill,
    /// Its processes are stopped until a person decides.
    Freeze,
    /// Its processes get a share of one processor.
    Throttle {
        /// The share, 1 .. 100.
        percent: u32,
    },
    /// Its processes are stopped until a person decides, or the time is up.
    Ask {
        /// How long a person has, in nanoseconds.
        after_ns: u64,
        /// What happens then.
        then: Verdict,
    },
    /// Nothing but to tell.
    Observe,
}

impl Act {
    /// Its word in the spec, in logs and in labels.
    pub fn name(self) -> &'static str {
        match self {
            Act::Kill => "kill",
            Act::Freeze => "freeze",
            Act::Throttle { .. } => "throttle",
            Act::Ask { .. } => "ask",
            Act::Observe => "observe",
        }
    }
}

/// How a member that waits goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Its processes run again.
    Release,
    /// Its processes are killed.
    Kill,
}

impl Verdict {
    /// Its word in the spec, in paths and in logs.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Release => "release",
            Verdict::Kill => "kill",
        }
    }
}

/// Members that have one demand.
#[derive(Clone, Copy, Debug)]
pub struct Class {
    /// The class.
    pub name: &'static str,
    /// What a member may use at a price, in nanoseconds.
    pub demand: Reciprocal,
}

/// An agent that no port observes.
#[derive(Clone, Copy, Debug)]
pub struct Computed {
    /// The variable.
    pub name: &'static str,
    /// What it would use at a price, in nanoseconds.
    pub demand: Reciprocal,
}

/// A metric that the spec names.
#[derive(Clone, Copy, Debug)]
pub struct Export {
    /// Its name.
    pub name: &'static str,
    /// What it carries.
    pub value: ExportValue,
}

/// What an exported metric carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportValue {
    /// The price, in utility per second.
    Price,
    /// The mean use of the observed members, in seconds; 0 when there are none.
    Mean,
}

impl Fibre {
    /// Time between two updates.
    pub fn period(&self) -> Duration {
        Duration::from_nanos(self.period_ns)
    }

    /// The name of a class; the kernel program and this list come from the same plan.
    pub fn class(&self, index: usize) -> &'static str {
        self.classes.get(index).map_or("unknown", |class| class.name)
    }

    /// The text of a taint rule.
    pub fn rule_text(&self, index: usize) -> &'static str {
        self.rules.get(index).copied().unwrap_or("unknown")
    }

    /// The word of an act.
    pub fn act_name(&self, index: usize) -> &'static str {
        self.acts.get(index).map_or("unknown", |act| act.name())
    }

    /// What the computed agents would use at `price`, in nanoseconds.
    pub fn computed_use(&self, price: u64) -> u64 {
        let demands = self.computed.iter().map(|agent| agent.demand.at(price));
        demands.fold(0, u64::saturating_add)
    }
}
