//! The kernel's arithmetic, to be compared with `dslc-core`'s.

use bytemuck::Zeroable;

use super::error::KernelError;
use super::{Kernel, run};
use crate::abi::{ArithmeticCase, MAX_CASES, PriceRule, Reciprocal};
use crate::self_check::{Answer, Case};

impl Kernel {
    /// What the kernel program computes in each case, in order.
    pub fn arithmetic(&self, cases: &[Case]) -> Result<Vec<Answer>, KernelError> {
        let map = self.program.handles.map("cases")?;
        let mut answers = Vec::with_capacity(cases.len());
        for batch in cases.chunks(MAX_CASES) {
            for (index, case) in (0u32..).zip(batch) {
                run::write(map, index, &encode(case))?;
            }
            run::bare(&self.program.handles, "arithmetic")?;
            for (index, _) in (0u32..).zip(batch) {
                let case: ArithmeticCase = run::read(map, index)?;
                answers.push(Answer {
                    accumulator: case.updated,
                    demand: case.demand,
                    points: case.decayed,
                });
            }
        }
        Ok(answers)
    }
}

fn encode(case: &Case) -> ArithmeticCase {
    let Case { rule, demand, accumulator, use_, members, price, known } = *case;
    ArithmeticCase {
        rule: PriceRule {
            carry_bits: rule.carry_bits,
            reserved: 0,
            price_lo: rule.price_lo,
            price_hi: rule.price_hi,
            capacity: rule.capacity,
            step_num: rule.step_num,
            step_fixed: rule.step_fixed,
            step_member: rule.step_member,
        },
        demand_of: Reciprocal { numerator: demand.numerator, lo: demand.lo, hi: demand.hi },
        accumulator,
        use_,
        price,
        members,
        points: known.points_q16,
        per_point: known.per_point_q32,
        elapsed: known.elapsed_ns,
        half_life: known.half_life_ns,
        ..ArithmeticCase::zeroed()
    }
}
