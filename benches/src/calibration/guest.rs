//! Guests that repeat an operation, as text.

use tenor_abi::host::{HostFunction, IMPORT_MODULE, ValueType};

/// Where a guest finds its input: the number it starts from, the one it stops before, the operation.
pub(super) const INPUT: u32 = 0;
/// Where what follows the three words is: 64 bytes for the guest's use.
pub(super) const MORE: u32 = 12;

/// What a guest is made of.
pub(super) struct Guest<'a> {
    /// Pages of memory it starts with.
    pub(super) pages: u32,
    /// Its other definitions: globals, tables, functions, data.
    pub(super) definitions: &'a str,
    /// Instructions before the first repetition.
    pub(super) setup: &'a str,
    /// What it repeats: `$i` counts, `$x`, `$y`, `$z` are of 64 bits, `$p`, `$q` of 32.
    pub(super) body: &'a str,
}

impl Guest<'_> {
    /// The module.
    pub(super) fn text(&self) -> String {
        let Self { pages, definitions, setup, body } = self;
        format!(
            r#"(module
  {imports}
  (memory (export "memory") {pages})
  {definitions}
  (func (export "instantiate"))
  (func (export "execute")
    (local $i i32) (local $n i32) (local $p i32) (local $q i32)
    (local $x i64) (local $y i64) (local $z i64)
    (drop (call $input_read (i32.const {INPUT}) (i32.const 76)))
    (local.set $i (i32.load (i32.const {INPUT})))
    (local.set $n (i32.load offset=4 (i32.const {INPUT})))
    (local.set $x (i64.load (i32.const {INPUT})))
    {setup}
    (block $done
      (loop $again
        (br_if $done (i32.eq (local.get $i) (local.get $n)))
        {body}
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $again)))
    (i64.store (i32.const {INPUT}) (local.get $x))))"#,
            imports = imports(),
        )
    }
}

/// Every host function under its own name.
fn imports() -> String {
    let word = |ty: &ValueType| match ty {
        ValueType::I32 => "i32",
        ValueType::I64 => "i64",
    };
    let import = |function: &HostFunction| {
        let name = function.name();
        let params: Vec<&str> = function.params().iter().map(word).collect();
        let result = function.result().map(|ty| format!("(result {})", word(&ty)));
        let (params, result) = (params.join(" "), result.unwrap_or_default());
        format!(r#"(import "{IMPORT_MODULE}" "{name}" (func ${name} (param {params}) {result}))"#)
    };
    HostFunction::ALL.iter().map(import).collect::<Vec<_>>().join("\n  ")
}
