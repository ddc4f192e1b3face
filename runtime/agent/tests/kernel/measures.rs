//! What the daemon reads: members, the price, arithmetic, and what stops a load.

use std::path::PathBuf;

use dslc_agent::config::Scope;
use dslc_agent::exempt;
use dslc_agent::kernel::{Kernel, Options};
use dslc_agent::plant::Plant;
use dslc_agent::self_check::{Case, Known};
use dslc_agent::{PriceRule, Reciprocal};

use crate::support::cgroup::Cgroup;
use crate::support::program::{Program, Spec};
use crate::support::{FIRST_UNLINK, Site};

#[test]
fn members_are_measured_while_their_clocks_run() {
    let mut site = Site::new(&Spec::taint(FIRST_UNLINK));
    assert_eq!(site.kernel.measure().unwrap().members, 0);
    site.files(&["inside/a", "inside/b"]);
    let victims =
        ["a", "b"].map(|name| site.victim(&format!("name task-{name} unlink {{in}}/{name} sleep")));
    for victim in &victims {
        site.wait_tainted(victim.id());
    }
    let first = site.kernel.measure().unwrap();
    let second = site.kernel.measure().unwrap();
    assert_eq!((first.members, second.members), (2, 2));
    assert_eq!(first.total_dwell_ns, first.rows.iter().map(|row| row.dwell_ns).sum::<u64>());
    assert!(second.total_dwell_ns > first.total_dwell_ns);
    let mut names: Vec<_> = first.rows.iter().map(|row| row.comm.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["task-a", "task-b"]);
    assert!(first.rows.iter().all(|row| row.budget_ns == site.program.demand.hi));
}

#[test]
fn the_price_is_where_others_can_map_it() {
    let mut site = Site::new(&Spec::taint(FIRST_UNLINK));
    site.kernel.set_price(0x1234_5678).unwrap();
    let map = site.kernel.price_map().unwrap();
    let length = rustix::param::page_size();
    // SAFETY: a new mapping at an address that the kernel chooses, of a page that holds a u64.
    let price = unsafe {
        let flags = rustix::mm::MapFlags::SHARED;
        let protection = rustix::mm::ProtFlags::READ;
        let page = rustix::mm::mmap(std::ptr::null_mut(), length, protection, flags, &map, 0);
        page.unwrap().cast::<u64>().read_volatile()
    };
    assert_eq!(price, 0x1234_5678);
}

/// SplitMix64, with the ends of the range more often than chance has them.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn word(&mut self) -> u64 {
        match self.next() % 8 {
            0 => 0,
            1 => u64::MAX,
            2 => 1 << (self.next() % 64),
            3 => (1 << (self.next() % 64)) - 1,
            // Of every length.
            _ => self.next() >> (self.next() % 64),
        }
    }

    fn case(&mut self) -> Case {
        let carry_bits = (self.next() % 63) as u32;
        // What the compiler proves of a rule: price_lo ≤ price_hi, price_hi · 2^s < 2^63.
        let price_hi = self.word() >> (carry_bits + 1);
        let price_lo = self.word() % (price_hi + 1);
        let rule = PriceRule {
            frac_bits: 24,
            carry_bits,
            price_lo,
            price_hi,
            capacity: self.word(),
            step_num: self.word(),
            step_fixed: self.word(),
            step_member: self.word(),
        };
        let demand = Reciprocal { numerator: self.word(), lo: self.word(), hi: self.word() };
        let (accumulator, use_, price) = (self.word(), self.word(), self.word());
        let known = Known {
            points_q16: [self.word() as u32, self.word() as u32],
            per_point_q32: [self.word(), self.word()],
            elapsed_ns: self.word(),
            half_life_ns: self.word(),
        };
        Case { rule, demand, accumulator, use_, members: self.word() as u32, price, known }
    }
}

#[test]
fn the_kernel_computes_what_the_core_computes() {
    const CASES: usize = 100_000;
    let site = Site::new(&Spec::taint(FIRST_UNLINK));
    let mut draw = Draw(0);
    let cases: Vec<Case> = (0..CASES).map(|_| draw.case()).collect();
    let answers = site.kernel.arithmetic(&cases).unwrap();
    assert_eq!(answers.len(), CASES);
    for (case, answer) in cases.iter().zip(&answers) {
        assert_eq!(*answer, case.answer(), "{case:?}");
    }
}

fn options(scope: Scope, trees: Vec<PathBuf>) -> Options {
    Options { scope, observe_only: false, trees, exempt: exempt::processes().unwrap(), pin: None }
}

fn refusal(object: &[u8], options: &Options) -> String {
    match Kernel::load(object, options) {
        Ok(_) => panic!("it was loaded"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn what_cannot_be_loaded_is_named() {
    let cgroup = Cgroup::new();
    let scope = Scope::Cgroup(cgroup.path().to_owned());
    let program = Program::build(&Spec::taint(FIRST_UNLINK));
    let tree = vec![PathBuf::from("/no-such-folder")];
    let said = refusal(&program.object, &options(scope.clone(), tree));
    assert!(said.contains("/no-such-folder") && said.contains("--tree"), "{said}");
    let said = refusal(&program.object, &options(scope.clone(), Vec::new()));
    assert!(said.contains("name 1 trees, and 0 were given"), "{said}");
    let said = refusal(b"no ELF object", &options(scope, Vec::new()));
    assert!(said.contains("build the spec again"), "{said}");
    let gone = Scope::Cgroup(cgroup.path().join("gone"));
    let said = refusal(&program.object, &options(gone, vec![PathBuf::from("/")]));
    assert!(said.contains("gone") && said.contains("mkdir"), "{said}");
}

#[test]
fn a_field_that_this_kernel_does_not_have_is_named() {
    let program = Program::build_changed(&Spec::taint(FIRST_UNLINK), |text| {
        text.replace("struct kernfs_node {\n", "struct kernfs_node {\n\tu32 no_such_field;\n")
    });
    let cgroup = Cgroup::new();
    let scope = Scope::Cgroup(cgroup.path().to_owned());
    let said = refusal(&program.object, &options(scope, vec![PathBuf::from("/")]));
    assert!(said.contains("struct kernfs_node") && said.contains("no_such_field"), "{said}");
}
