//! Splits a body into basic blocks, sums what each costs, and finds what must be done where it begins.
//!
//! A basic block runs from its first instruction to its last or not at all. It begins at the
//! function's start, at a loop's head, after an `if`, an `else`, a conditional branch, and at the
//! end of a block that something branches to. The end of a block that nothing branches to, or of a
//! loop, is only reached by falling through, so it does not begin a new one.
//!
//! A function counts in a local. Others see the counter during calls, after a trap, and when the
//! function has returned: a block in which one of these may happen hands it out where it begins. A
//! call leaves the counter right, so the local is read again after the last call of a block, if
//! another block of the function follows.
//!
//! A block that neither writes, calls nor returns may leave it to a later one to find that there was
//! less gas than it costs: nothing can tell when that was found. Each loop's head looks, so whatever
//! is left to later ones has an end.

use super::plan::{Charge, Edit, EditKind};
use crate::operators::{Sight, sight};
use wasmparser::Operator;

/// What a block may cost at most if another one may find out that there was less. Bodies have far
/// fewer than 2^30 blocks, so what is not yet found out never passes the counter's range.
const UNCHECKED_COST_MAX: u64 = 1 << 32;

/// A block that is open.
struct Open {
    kind: Kind,
    targeted: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Block,
    Loop,
    If,
}

/// The basic block that is walked through.
struct Current {
    /// Its charge in the edits.
    charge: usize,
    /// Where its last call so far ends.
    called: Option<usize>,
}

/// The walk over one body.
pub(super) struct Segments {
    open: Vec<Open>,
    edits: Vec<Edit>,
    /// `None` in code that cannot be reached.
    current: Option<Current>,
    /// The most that a block costs.
    cost_max: u64,
}

impl Segments {
    /// A body whose first instruction is at `start`.
    pub(super) fn new(start: usize) -> Self {
        let mut segments = Self { open: Vec::new(), edits: Vec::new(), current: None, cost_max: 0 };
        segments.begin(start);
        segments
    }

    /// Blocks that are open, the function itself not counted.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Whether anything costs gas, so far.
    pub(super) fn costs(&self) -> bool {
        self.cost_max > 0
    }

    /// Takes the next operator of price `cost`, whose bytes end at `end`.
    pub(super) fn operator(&mut self, operator: &Operator<'_>, cost: u64, end: usize) {
        self.add(cost);
        self.shows(sight(operator), end);
        match operator {
            Operator::Block { .. } => self.open(Kind::Block),
            Operator::Loop { .. } => {
                self.goes_on();
                self.open(Kind::Loop);
                self.begin(end);
                self.charge(|charge| charge.is_checked = true);
            }
            Operator::If { .. } => {
                self.goes_on();
                self.open(Kind::If);
                self.begin(end);
            }
            Operator::Else => {
                self.goes_on();
                self.begin(end);
            }
            Operator::End => self.close(end),
            Operator::BrIf { relative_depth } => {
                self.target(*relative_depth);
                self.goes_on();
                self.begin(end);
            }
            Operator::Br { relative_depth } => {
                self.target(*relative_depth);
                self.current = None;
            }
            Operator::BrTable { targets } => {
                self.target(targets.default());
                targets.targets().flatten().for_each(|depth| self.target(depth));
                self.current = None;
            }
            Operator::Return => {
                self.returns();
                self.current = None;
            }
            Operator::Unreachable => self.current = None,
            _ => {}
        }
    }

    /// Adds an edit other than a charge.
    pub(super) fn edit(&mut self, edit: Edit) {
        self.edits.push(edit);
    }

    /// The edits in the order of their places; charges that do nothing are left out, and all that
    /// concerns gas if nothing costs any.
    pub(super) fn finish(mut self) -> Vec<Edit> {
        let is_dear = self.cost_max > UNCHECKED_COST_MAX;
        let costs = self.costs();
        self.edits.retain_mut(|edit| match &mut edit.kind {
            EditKind::Charge(charge) => {
                charge.is_checked |= is_dear && charge.cost > 0;
                costs && !charge.is_nothing()
            }
            EditKind::Reload => costs,
            _ => true,
        });
        self.edits
    }

    fn begin(&mut self, at: usize) {
        self.current = Some(Current { charge: self.edits.len(), called: None });
        let kind = EditKind::Charge(Charge::default());
        self.edits.push(Edit { at, length: 0, kind });
    }

    /// Changes the current block's charge.
    fn charge(&mut self, change: impl FnOnce(&mut Charge)) {
        let edit = self.current.as_ref().and_then(|current| self.edits.get_mut(current.charge));
        if let Some(Edit { kind: EditKind::Charge(charge), .. }) = edit {
            change(charge);
        }
    }

    fn add(&mut self, cost: u64) {
        let mut sum = 0;
        self.charge(|charge| {
            charge.cost = charge.cost.saturating_add(cost);
            sum = charge.cost;
        });
        self.cost_max = self.cost_max.max(sum);
    }

    /// An instruction that ends at `end` lets others see so much.
    fn shows(&mut self, sight: Sight, end: usize) {
        self.charge(|charge| {
            charge.is_seen |= matches!(sight, Sight::Trap | Sight::Access | Sight::Call);
            charge.is_checked |= matches!(sight, Sight::Write | Sight::Access | Sight::Call);
        });
        if let (Sight::Call, Some(current)) = (sight, &mut self.current) {
            current.called = Some(end);
        }
    }

    /// The function may end with the current block.
    fn returns(&mut self) {
        self.charge(|charge| {
            charge.is_seen = true;
            charge.is_checked = true;
        });
    }

    /// Another block of the function may follow the current one.
    fn goes_on(&mut self) {
        let called = self.current.as_mut().and_then(|current| current.called.take());
        if let Some(at) = called {
            self.edits.push(Edit { at, length: 0, kind: EditKind::Reload });
        }
    }

    fn open(&mut self, kind: Kind) {
        self.open.push(Open { kind, targeted: false });
    }

    fn close(&mut self, end: usize) {
        let Some(block) = self.open.pop() else {
            self.returns();
            return;
        };
        if block.kind == Kind::If || (block.kind == Kind::Block && block.targeted) {
            self.goes_on();
            self.begin(end);
        }
    }

    /// Marks the block that a branch with `depth` leaves or repeats; what leaves the function itself
    /// returns.
    fn target(&mut self, depth: u32) {
        let index = self.open.len().checked_sub(depth as usize + 1);
        match index.and_then(|index| self.open.get_mut(index)) {
            Some(block) => {
                block.targeted = true;
                self.goes_on();
            }
            None => self.returns(),
        }
    }
}
