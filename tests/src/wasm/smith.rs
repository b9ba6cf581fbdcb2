//! Random modules of the contract target, out of random bytes.

use super::text;
use arbitrary::Unstructured;
use std::sync::LazyLock;
use wasm_smith::{Config, InstructionKind, InstructionKinds, Module};

/// What every generated module shows of itself besides its memory: the names of its globals.
pub const GLOBALS: [&str; 3] = ["a", "b", "c"];

/// Which modules are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Imports nothing, exports `run`, its memory `m` and [`GLOBALS`].
    Bare,
    /// A contract: imports host functions, exports `execute` and `query`.
    Contract,
}

static BARE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    text::module(
        r#"(module (func (export "run") (result i64) (i64.const 0)) (memory (export "m") 1 4)
             (global (export "a") (mut i32) (i32.const 0)) (global (export "b") (mut i64) (i64.const 0))
             (global (export "c") (mut i64) (i64.const 0)))"#,
    )
});

static CONTRACT: LazyLock<Vec<u8>> = LazyLock::new(|| {
    text::module(
        r#"(module (func (export "instantiate")) (func (export "execute")) (func (export "query"))
             (memory (export "m") 1 4))"#,
    )
});

static IMPORTS: LazyLock<Vec<u8>> =
    LazyLock::new(|| text::module(&format!("(module {})", text::imports())));

/// The module that `bytes` stand for; none if there are too few of them. Some break a rule of the
/// ledger all the same: their segments may be passive or lie outside.
pub fn module(bytes: &[u8], kind: Kind) -> Option<Vec<u8>> {
    let mut bytes = Unstructured::new(bytes);
    // The first byte decides what there is besides plain code.
    let shape: u8 = bytes.arbitrary().ok()?;
    let module = Module::new(config(shape, kind), &mut bytes).ok()?;
    Some(module.to_bytes())
}

fn config(shape: u8, kind: Kind) -> Config {
    use InstructionKind as K;
    let (imports, exports) = match kind {
        Kind::Bare => (None, &*BARE),
        Kind::Contract => (Some(IMPORTS.clone()), &*CONTRACT),
    };
    let set = |bit: u8| usize::from(shape >> bit & 1);
    Config {
        available_imports: imports,
        exports: Some(exports.clone()),
        allowed_instructions: InstructionKinds::new(&[
            K::NumericInt,
            K::Parametric,
            K::Variable,
            K::MemoryInt,
            K::Control,
        ]),
        allow_floats: false,
        allow_start_export: false,
        bulk_memory_enabled: set(0) == 1,
        exceptions_enabled: false,
        gc_enabled: false,
        memory64_enabled: false,
        multi_value_enabled: false,
        reference_types_enabled: false,
        relaxed_simd_enabled: false,
        saturating_float_to_int_enabled: false,
        simd_enabled: false,
        tail_call_enabled: false,
        threads_enabled: false,
        extended_const_enabled: false,
        table_max_size_required: true,
        max_table_elements: 16,
        max_tables: set(1),
        max_element_segments: 2 * set(1),
        max_data_segments: 2 * set(2) * (1 - set(0)),
        max_elements: 8,
        // The exported one is there already.
        max_memories: 0,
        max_memory32_bytes: 4 << 16,
        max_funcs: 3 + 4 * set(3),
        max_globals: 6,
        max_imports: if kind == Kind::Bare { 0 } else { 16 },
        max_instructions: 60 + 400 * set(4),
        max_type_size: 100,
        max_types: 8,
        ..Config::default()
    }
}

/// So many bytes that only `seed` decides: the same on every machine.
pub fn bytes(seed: u64, length: usize) -> Vec<u8> {
    // xorshift64*, from a state that is never zero.
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        bytes.extend(state.wrapping_mul(0x2545_f491_4f6c_dd1d).to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}
