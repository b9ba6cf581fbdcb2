//! What loops cost a compiler. It keeps every local of a function apart for every loop that may change
//! it, and joins them again on every branch back to a loop's head; with loops around loops, each such
//! branch concerns all of them. So a few kilobytes can take it minutes or gigabytes, unless the product
//! is bounded: locals × branches back × loops around each. The local that instrumentation adds counts too.

use crate::refusal::{CodeRefusal, Rule, check_max};
use tenor_primitives::Limits;
use wasmparser::Operator;

/// The walk over one body.
pub(super) struct LoopWork {
    /// Locals of the function, parameters and the one that is added included.
    locals: u64,
    sum: u64,
    sum_max: u32,
    /// The blocks that are open: whether each is a loop.
    open: Vec<bool>,
    loops: u64,
}

impl LoopWork {
    /// A body with so many locals of its own.
    pub(super) fn of(locals: u64, limits: &Limits) -> Self {
        let locals = locals.saturating_add(1);
        Self { locals, sum: 0, sum_max: limits.loop_work_max, open: Vec::new(), loops: 0 }
    }

    /// Takes the next operator.
    pub(super) fn operator(&mut self, operator: &Operator<'_>) -> Result<(), CodeRefusal> {
        match operator {
            Operator::Block { .. } | Operator::If { .. } => self.open.push(false),
            Operator::Loop { .. } => {
                self.open.push(true);
                self.loops += 1;
            }
            Operator::End => {
                // The function's own end closes nothing here.
                self.loops -= u64::from(self.open.pop() == Some(true));
            }
            Operator::Br { relative_depth } | Operator::BrIf { relative_depth } => {
                self.branch(*relative_depth);
            }
            Operator::BrTable { targets } => {
                self.branch(targets.default());
                targets.targets().flatten().for_each(|depth| self.branch(depth));
            }
            _ => return Ok(()),
        }
        check_max(Rule::LoopWork, "loop work of a function", self.sum, self.sum_max)
    }

    /// The body's work so far.
    pub(super) fn sum(&self) -> u64 {
        self.sum
    }

    fn branch(&mut self, depth: u32) {
        let target = self.open.len().checked_sub(depth as usize + 1);
        if target.and_then(|index| self.open.get(index)) == Some(&true) {
            self.sum = self.sum.saturating_add(self.locals.saturating_mul(self.loops));
        }
    }
}
