//! Splits a body into basic blocks and sums what each costs.
//!
//! A basic block runs from its first instruction to its last or not at all. It begins at the
//! function's start, at a loop's head, after an `if`, an `else`, a conditional branch, and at the
//! end of a block that something branches to. The end of a block that nothing branches to, or of a
//! loop, is only reached by falling through, so it does not begin a new one.

use super::plan::{Edit, EditKind};
use wasmparser::Operator;

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

/// The walk over one body.
pub(super) struct Segments {
    open: Vec<Open>,
    edits: Vec<Edit>,
    /// The charge of the current basic block in `edits`; `None` in code that cannot be reached.
    current: Option<usize>,
}

impl Segments {
    /// A body whose first instruction is at `start`.
    pub(super) fn new(start: usize) -> Self {
        let mut segments = Self { open: Vec::new(), edits: Vec::new(), current: None };
        segments.begin(start);
        segments
    }

    /// Blocks that are open, the function itself not counted.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Takes the next operator of price `cost`, whose bytes end at `end`.
    pub(super) fn operator(&mut self, operator: &Operator<'_>, cost: u64, end: usize) {
        self.add(cost);
        match operator {
            Operator::Block { .. } => self.open(Kind::Block),
            Operator::Loop { .. } => {
                self.open(Kind::Loop);
                self.begin(end);
            }
            Operator::If { .. } => {
                self.open(Kind::If);
                self.begin(end);
            }
            Operator::Else => self.begin(end),
            Operator::End => self.close(end),
            Operator::BrIf { relative_depth } => {
                self.target(*relative_depth);
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
            Operator::Return | Operator::Unreachable => self.current = None,
            _ => {}
        }
    }

    /// Adds an edit other than a charge.
    pub(super) fn edit(&mut self, edit: Edit) {
        self.edits.push(edit);
    }

    /// The edits in the order of their places; charges of nothing are left out.
    pub(super) fn finish(self) -> Vec<Edit> {
        self.edits.into_iter().filter(|edit| edit.kind != EditKind::Charge(0)).collect()
    }

    fn begin(&mut self, at: usize) {
        self.current = Some(self.edits.len());
        self.edits.push(Edit { at, length: 0, kind: EditKind::Charge(0) });
    }

    fn add(&mut self, cost: u64) {
        let Some(edit) = self.current.and_then(|index| self.edits.get_mut(index)) else { return };
        if let EditKind::Charge(sum) = &mut edit.kind {
            *sum = sum.saturating_add(cost);
        }
    }

    fn open(&mut self, kind: Kind) {
        self.open.push(Open { kind, targeted: false });
    }

    fn close(&mut self, end: usize) {
        // The function's own end closes nothing here: no instruction follows it.
        let Some(block) = self.open.pop() else { return };
        if block.kind == Kind::If || (block.kind == Kind::Block && block.targeted) {
            self.begin(end);
        }
    }

    /// Marks the block that a branch with `depth` leaves or repeats; the function itself needs no
    /// mark.
    fn target(&mut self, depth: u32) {
        let index = self.open.len().checked_sub(depth as usize + 1);
        if let Some(block) = index.and_then(|index| self.open.get_mut(index)) {
            block.targeted = true;
        }
    }
}
