//! The daemon's structs and the program's are the same, byte for byte.

use std::mem::offset_of;

use dslc_agent::abi;
use libbpf_rs::btf::Btf;
use libbpf_rs::btf::HasSize;
use libbpf_rs::btf::types::{MemberAttr, Struct};

use crate::support::FIRST_UNLINK;
use crate::support::program::{Program, Spec};

/// A struct of the daemon: name in the program, size, and every field with its offset.
type Layout = (&'static str, usize, Vec<(&'static str, usize)>);

macro_rules! layout {
    ($type:ident, $name:literal: $($field:ident $(as $c:literal)?),* $(,)?) => {
        ($name, size_of::<abi::$type>(), vec![
            $((layout!(@name $field $($c)?), offset_of!(abi::$type, $field))),*
        ])
    };
    (@name $field:ident $c:literal) => { $c };
    (@name $field:ident) => { stringify!($field) };
}

fn layouts() -> Vec<Layout> {
    vec![
        layout!(Config, "config": abi_version, members, trees, classes, rules, frac_bits, events,
            bucket, evidences, acts, exes, cgroups, fibre, price_map, half_life, evidence,
            exe_paths, cgroup_paths, cgroup, level,
            whole_host, observe_only, unused),
        layout!(Above, "above": ino, dev, rest),
        layout!(Tree, "tree": ino, dev, depth, above, path),
        layout!(Executable, "executable": ino, dev, reserved),
        layout!(ControlGroup, "control_group": id, level, reserved),
        layout!(Seen, "seen": bucket, files, reserved),
        layout!(Member, "member": id, start, cgroup, began, taint, last_event, budget, points_at,
            points, state, tgid, actor, class, rule, act, processes, lost, comm),
        layout!(Event, "event": time, dwell, budget, price, bucket, kind, path, tgid, actor, class,
            rule, detail, state, processes, lost, points, comm),
        layout!(Stats, "stats": events_lost, no_memory, no_slot, timer_errors, signal_errors,
            slots_lost),
        layout!(Location, "location": fd, dev, ino),
        layout!(Errand, "errand": start, tgid, signal),
        layout!(HeldProcess, "held_process": start, bucket, tgid, state, act, reserved),
        layout!(Exemption, "exemption": tgid, found),
        layout!(Decision, "decision": bucket, verdict, reserved),
        layout!(Adoption, "adoption": row, bucket, tgid, reserved),
        layout!(Place, "place": bucket, gone, reserved),
        layout!(CgroupQuery, "cgroup_query": id, level, found),
        layout!(RepriceRequest, "reprice_request": price, wall_offset),
        layout!(PriceRule, "price_rule": carry_bits, reserved, price_lo, price_hi, capacity,
            step_num, step_fixed, step_member),
        layout!(Reciprocal, "reciprocal": numerator, lo, hi),
        layout!(ArithmeticCase, "arithmetic_case": rule, demand_of, accumulator, use_ as "use",
            price, members, points, decayed, per_point, elapsed, half_life, updated, demand),
    ]
}

#[test]
fn structs_are_laid_out_alike() {
    let program = Program::build(&Spec::taint(FIRST_UNLINK));
    let btf = Btf::from_raw("program", &program.object).unwrap().unwrap();
    for (name, size, fields) in layouts() {
        let found = btf.type_by_name::<Struct<'_>>(name);
        let found = found.unwrap_or_else(|| panic!("the program has no struct {name}"));
        let offset = |attr: &MemberAttr| match attr {
            MemberAttr::Normal { offset } => *offset as usize / 8,
            MemberAttr::BitField { .. } => panic!("a bit field in struct {name}"),
        };
        let have: Vec<_> = found
            .iter()
            .map(|member| (member.name.unwrap().to_str().unwrap(), offset(&member.attr)))
            .collect();
        assert_eq!(have, fields, "fields of struct {name}");
        assert_eq!(found.size(), size, "size of struct {name}");
    }
}
