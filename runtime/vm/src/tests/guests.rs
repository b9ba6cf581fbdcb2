//! Guests in text form.

use std::fmt::Write;
use tenor_abi::host::{HostFunction, IMPORT_MODULE, ValueType};

/// A module that imports the whole host table as `$NAME`, has two pages of memory, an empty
/// `instantiate`, and `fields`.
pub(super) fn guest(fields: &str) -> Vec<u8> {
    let imports: String = HostFunction::ALL.iter().copied().map(import).collect();
    let text = format!(r#"(module {imports} (memory 2) (func (export "instantiate")) {fields})"#);
    wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// A guest whose `execute` and `query` are both `body`.
pub(super) fn both(body: &str) -> Vec<u8> {
    guest(&format!(r#"(func (export "execute") {body}) (func (export "query") {body})"#))
}

fn import(function: HostFunction) -> String {
    let name = function.name();
    let mut text = format!(r#"(import "{IMPORT_MODULE}" "{name}" (func ${name}"#);
    for ty in function.params() {
        write!(text, " (param {})", name_of(*ty)).expect("a string takes everything");
    }
    if let Some(ty) = function.result() {
        write!(text, " (result {})", name_of(ty)).expect("a string takes everything");
    }
    text + "))\n"
}

fn name_of(ty: ValueType) -> &'static str {
    match ty {
        ValueType::I32 => "i32",
        ValueType::I64 => "i64",
    }
}

/// Bytes as a wat string's escapes.
pub(super) fn escaped(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "\\{byte:02x}").expect("a string takes everything");
        text
    })
}
