//! What is to be changed, found by one walk before anything is written.

use std::ops::Range;
use wasmparser::ValType;

/// The sections of the original, as byte ranges, and the bodies.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) types: Items,
    pub(super) imports: Option<Range<usize>>,
    pub(super) functions: Items,
    pub(super) tables: Option<Range<usize>>,
    /// Initial pages and the declared maximum.
    pub(super) memory: Option<(u64, Option<u64>)>,
    pub(super) globals: Items,
    pub(super) exports: Vec<Export>,
    pub(super) elements: Option<Range<usize>>,
    pub(super) data: Option<Range<usize>>,
    /// The data count, if instructions may refer to data segments.
    pub(super) data_count: Option<Range<usize>>,
    pub(super) start: Option<Range<usize>>,
    pub(super) bodies: Vec<Body>,
    pub(super) imported_functions: u32,
    pub(super) imported_globals: u32,
    pub(super) helpers: HelperUse,
}

/// A section to which items are appended: how many there are, and their bytes.
#[derive(Clone, Debug, Default)]
pub(super) struct Items {
    pub(super) count: u32,
    pub(super) bytes: Range<usize>,
}

/// An export of the original.
#[derive(Debug)]
pub(super) struct Export {
    pub(super) name: String,
    pub(super) kind: wasmparser::ExternalKind,
    pub(super) index: u32,
}

/// Which helper functions are needed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct HelperUse {
    pub(super) grow: bool,
    pub(super) copy: bool,
    pub(super) fill: bool,
}

/// A function body.
#[derive(Debug)]
pub(super) struct Body {
    /// How many groups of locals are declared.
    pub(super) local_groups: u32,
    /// Their declarations.
    pub(super) locals: Range<usize>,
    /// The local that counts its gas, the first that the original does not have; `None` if nothing
    /// in it costs any.
    pub(super) gas_local: Option<u32>,
    /// The instructions, the final `end` included.
    pub(super) operators: Range<usize>,
    /// In the order of their places.
    pub(super) edits: Vec<Edit>,
    /// Bytes of logical stack of one activation.
    pub(super) stack_bytes: i32,
    /// Whether it calls anything; if not, its stack need not be counted while it runs.
    pub(super) calls: bool,
    /// Its results.
    pub(super) results: Vec<ValType>,
}

/// A change at one place: `length` bytes at `at` are replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) at: usize,
    pub(super) length: usize,
    pub(super) kind: EditKind,
}

/// What is put there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EditKind {
    /// The charge of a basic block.
    Charge(Charge),
    /// The gas counter is read again, after a call.
    Reload,
    /// A `return`, as a branch out of this many blocks.
    Return(u32),
    /// `memory.grow`.
    Grow,
    /// `memory.copy`.
    Copy,
    /// `memory.fill`.
    Fill,
}

/// What happens where a basic block begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Charge {
    /// Gas that the block costs.
    pub(super) cost: u64,
    /// Whether it must be paid before the block goes on. If not, a later one finds out that there
    /// was less, before anything else can be seen of this one.
    pub(super) is_checked: bool,
    /// Whether the counter may be looked at from outside the function before the block ends.
    pub(super) is_seen: bool,
}

impl Charge {
    /// Whether nothing is to be done.
    pub(super) fn is_nothing(self) -> bool {
        self == Self::default()
    }
}
