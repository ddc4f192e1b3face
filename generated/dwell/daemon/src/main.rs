//! Generated from dwell.num by dslc. Do not edit: change the spec and build again.
//!
//! The price daemon of the fibre `dwell`: everything that is not in the constant below is
//! in `runtime/agent` and, for the price update itself, in `runtime/core`.

use std::process::ExitCode;

use dslc_agent::{Act, Class, Computed, Export, ExportValue, Fibre, PriceRule, Reciprocal};

/// Use is counted in nanoseconds, prices in Q24: π = value / 2^24.
static FIBRE: Fibre = Fibre {
    name: "dwell",
    program: env!("CARGO_PKG_NAME"),
    object: include_bytes!("../object/dwell_kern.o"),
    rule: PriceRule {
        frac_bits: 24,
        carry_bits: 23,
        price_lo: 332_182_632,
        price_hi: 671_088_640_000,
        // exposure
        capacity: 5_000_000_000,
        // α(n) = step_num / (step_fixed + step_member · n), n members present.
        step_num: 154_742_504_910_672_534,
        step_fixed: 277_654_451_459,
        step_member: 11_218_616_894,
    },
    initial_price: 332_182_632,
    period_ns: 20_000_000,
    // Demand x = numerator / π between lo and hi.
    classes: &[
        Class {
            name: "interactive",
            demand: Reciprocal {
                numerator: 67_108_864_000_000_000,
                lo: 100_000,
                hi: 202_021_000,
            },
        },
        Class {
            name: "batch",
            demand: Reciprocal {
                numerator: 16_777_216_000_000_000,
                lo: 100_000,
                hi: 50_506_000,
            },
        },
    ],
    // Agents that no port observes.
    computed: &[
        Computed {
            name: "reserve",
            demand: Reciprocal {
                numerator: 1_660_944_384_000_000_000,
                lo: 20_000_000,
                hi: 5_000_000_000,
            },
        },
    ],
    rules: &[
        "taint when harm > 8",
        "taint when doubt > 20",
        "taint on write, ftruncate under \"/srv\" when age > 2 s and count > 8 within 1 s",
    ],
    trees: &["/srv"],
    evidence: &[
        dslc_agent::Evidence { name: "harm", most: 12 },
        dslc_agent::Evidence { name: "doubt", most: 24 },
    ],
    acts: &[
        Act::Kill,
        Act::Ask { after_ns: 600_000_000_000, then: dslc_agent::Verdict::Kill },
        Act::Observe,
    ],
    exports: &[
        Export { name: "price_dwell", value: ExportValue::Price },
        Export { name: "dwell_seconds_current", value: ExportValue::Mean },
    ],
    page: "/dev/shm/dslc-dwell/price",
};

fn main() -> ExitCode {
    dslc_agent::main(&FIBRE)
}
