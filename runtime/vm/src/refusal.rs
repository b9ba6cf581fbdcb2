//! Why code is refused at upload.

use std::fmt;

/// A rule that uploaded code must keep. The numbers are stable; new ones are appended to a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u16)]
pub enum Rule {
    /// Bytes of the module: `code_bytes_max`.
    CodeSize = 1,
    /// The bytes are a core WebAssembly module of version 1, not a component.
    NotAModule = 2,
    /// The bytes follow the binary format.
    Malformed = 3,
    /// The module is well typed.
    Invalid = 4,

    /// Functions, imported ones included: `functions_max`.
    FunctionCount = 20,
    /// Bytes of a function's body: `body_bytes_max`.
    BodySize = 21,
    /// Parameters of a function: `params_max`.
    ParamCount = 22,
    /// Parameters of all functions: `params_total_max`.
    ParamTotal = 23,
    /// Parameters and locals of a function: `locals_max`.
    LocalCount = 24,
    /// Parameters and locals of all functions: `locals_total_max`.
    LocalTotal = 25,
    /// Blocks of a function: `blocks_max`.
    BlockCount = 26,
    /// Blocks of all functions: `blocks_total_max`.
    BlockTotal = 27,
    /// Depth of nested blocks: `nesting_max`.
    Nesting = 28,
    /// Targets of a `br_table`: `br_table_max`.
    BranchTable = 29,
    /// Types: `types_max`.
    TypeCount = 30,
    /// Globals: `globals_max`.
    GlobalCount = 31,
    /// Elements of the table: `table_elements_max`.
    TableSize = 32,
    /// Data and element segments: `segments_max`.
    SegmentCount = 33,
    /// Imports: `imports_max`.
    ImportCount = 34,
    /// Exports: `exports_max`.
    ExportCount = 35,
    /// Bytes of an import's or export's name: `name_bytes_max`.
    NameLength = 36,
    /// Pages that memory starts with: `memory_pages_initial_max`.
    MemorySize = 37,
    /// Locals × branches back to a loop's head × loops around each, in a function: `loop_work_max`.
    LoopWork = 38,
    /// The same over all functions: `loop_work_total_max`.
    LoopWorkTotal = 39,

    /// No floating-point types or instructions, not even in dead code.
    Float = 50,
    /// At most one result.
    MultiValue = 51,
    /// Values are `i32` or `i64`.
    ValueType = 52,
    /// No start function.
    StartFunction = 53,
    /// Only WebAssembly 1.0, mutable globals, sign extension, `memory.copy`, `memory.fill`.
    Proposal = 54,

    /// Imports come from module `env`.
    ImportModule = 70,
    /// Only functions are imported.
    ImportKind = 71,
    /// The import is in the table of host functions.
    ImportUnknown = 72,
    /// The import has the signature of the table of host functions.
    ImportSignature = 73,
    /// Exactly one memory.
    MemoryCount = 74,
    /// The memory is an ordinary 32-bit one, not shared.
    MemoryKind = 75,
    /// At most one table.
    TableCount = 76,
    /// The table declares its maximum.
    TableMaximum = 77,
    /// The table holds functions and is not initialised by an expression.
    TableKind = 78,
    /// Segments are active, at a constant offset, with function indices in element segments.
    SegmentForm = 79,
    /// Segments lie within the initial memory or table.
    SegmentBounds = 80,
    /// Names of imports and exports are printable ASCII.
    NameText = 81,
    /// Entry points are functions without parameters or results.
    EntryPointType = 82,
    /// At most one spec section, and it decodes.
    SpecSection = 83,

    /// Bytes of the module after instrumentation: `instrumented_bytes_max`.
    InstrumentedSize = 90,
    /// The compiler takes the module. The only rule that is not static: it holds at admission.
    Compile = 91,
    /// The ledger's instrumentation version is one that this node applies.
    InstrumentationVersion = 92,
}

impl Rule {
    /// The rule's stable number.
    pub const fn code(self) -> u16 {
        self as u16
    }
}

/// A refusal of code: the rule, where, what was expected and what was got.
///
/// Only [`Rule`] may influence anything that nodes must agree on; the texts are for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct CodeRefusal {
    /// The rule that is broken.
    pub rule: Rule,
    /// The function it is broken in, counting imported ones.
    pub function: Option<u32>,
    /// The byte offset in the uploaded module.
    pub offset: Option<u64>,
    /// What the rule asks for.
    pub expected: String,
    /// What the module has.
    pub got: String,
}

impl CodeRefusal {
    /// A refusal without a place.
    pub fn new(rule: Rule, expected: impl Into<String>, got: impl Into<String>) -> Self {
        Self { rule, function: None, offset: None, expected: expected.into(), got: got.into() }
    }

    /// Adds the byte offset.
    #[must_use]
    pub fn at(mut self, offset: usize) -> Self {
        self.offset = Some(offset as u64);
        self
    }

    /// Adds the function's index.
    #[must_use]
    pub fn in_function(mut self, index: u32) -> Self {
        self.function = Some(index);
        self
    }

    /// What the decoder or the type checker says, under the rule it belongs to.
    pub(crate) fn from_parser(rule: Rule, error: &wasmparser::Error) -> Self {
        use wasmparser::WasmFeatures;
        let (rule, expected) = match error.missing_wasm_feature() {
            Some(WasmFeatures::FLOATS) => (Rule::Float, "integers only"),
            Some(WasmFeatures::MULTI_VALUE) => (Rule::MultiValue, "at most one result"),
            Some(_) => {
                (Rule::Proposal, "WebAssembly 1.0, sign extension, memory.copy, memory.fill")
            }
            None if rule == Rule::Malformed => (rule, "the WebAssembly binary format"),
            None => (rule, "a well-typed module"),
        };
        Self::new(rule, expected, error.message()).at(error.offset())
    }
}

impl fmt::Display for CodeRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "code refused by rule {} ({:?})", self.rule.code(), self.rule)?;
        if let Some(function) = self.function {
            write!(f, ", function {function}")?;
        }
        if let Some(offset) = self.offset {
            write!(f, ", offset {offset:#x}")?;
        }
        write!(f, ": expected {}, got {}", self.expected, self.got)
    }
}

/// Refuses `rule` if `got` exceeds `max`.
pub(crate) fn check_max(rule: Rule, what: &str, got: u64, max: u32) -> Result<(), CodeRefusal> {
    if got <= u64::from(max) {
        return Ok(());
    }
    Err(CodeRefusal::new(rule, format!("at most {max} {what}"), got.to_string()))
}
