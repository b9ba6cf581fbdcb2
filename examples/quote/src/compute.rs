//! The computations, the same natively and in a guest.

use crate::messages::{Bond, ExecuteMsg};
use core::hint::black_box;
use tenor_bond_math::{Schedule, accrued, cash_flows_on, period_rate, schedule};

/// A bond with its schedule.
pub struct Quoter {
    bond: Bond,
    schedule: Schedule,
}

impl Quoter {
    /// `None` when the terms have no schedule.
    #[must_use]
    pub fn new(bond: Bond) -> Option<Self> {
        let schedule = schedule(&bond.terms).ok()?;
        Some(Self { bond, schedule })
    }

    /// The number that a message asks for; `None` when there is none.
    #[must_use]
    pub fn compute(&self, message: &ExecuteMsg) -> Option<i128> {
        let Self { bond, schedule: periods } = self;
        let Bond { terms, observations } = bond;
        let face = terms.issue_size_minor;
        match *message {
            ExecuteMsg::Schedule { times } => sum(times, || {
                let periods = schedule(black_box(terms)).ok()?.periods.len();
                i128::try_from(periods).ok()
            }),
            ExecuteMsg::Payments { times } => sum(times, || {
                let flows = cash_flows_on(black_box(terms), periods, face, observations).ok()?;
                flows.iter().try_fold(0_i128, |sum, flow| sum.checked_add(flow.amount_minor?))
            }),
            ExecuteMsg::Accrued { settlement, times } => sum(times, || {
                let accrued = accrued(black_box(terms), periods, settlement, face, observations);
                accrued.ok().map(|accrued| accrued.amount_minor)
            }),
            ExecuteMsg::Rate { day, times } => {
                let period = periods.period_at(day)?;
                sum(times, || {
                    let rate = period_rate(black_box(terms), period, observations);
                    rate.ok().map(|rate| rate.units())
                })
            }
        }
    }
}

fn sum(times: u32, work: impl Fn() -> Option<i128>) -> Option<i128> {
    (0..times).try_fold(0_i128, |sum, _| sum.checked_add(work()?))
}
