//! Modules in the text format, and guests that import the whole host table.

use std::fmt::Write;
use tenor_abi::host::{HostFunction, IMPORT_MODULE, ValueType};
use wast::Wat;
use wast::parser::{ParseBuffer, parse};

/// The module that `text` writes.
///
/// # Panics
/// If the text is wrong; shows both.
pub fn module(text: &str) -> Vec<u8> {
    let encoded = ParseBuffer::new(text)
        .and_then(|buffer| parse::<Wat<'_>>(&buffer).and_then(|mut module| module.encode()));
    encoded.unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// A guest with two pages of memory and an empty `instantiate`, that imports every host function
/// under its own name.
pub fn guest(fields: &str) -> Vec<u8> {
    let start = r#"(memory 2) (func (export "instantiate"))"#;
    module(&format!("(module {} {start} {fields})", imports()))
}

/// A guest whose `execute` and `query` are both `body`.
pub fn both(body: &str) -> Vec<u8> {
    guest(&format!(r#"(func (export "execute") {body}) (func (export "query") {body})"#))
}

/// The imports of the whole host table, each under its own name.
pub fn imports() -> String {
    HostFunction::ALL.iter().copied().map(import).collect()
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

/// What the text format calls a type.
pub fn name_of(ty: ValueType) -> &'static str {
    match ty {
        ValueType::I32 => "i32",
        ValueType::I64 => "i64",
    }
}

/// Bytes as a string of the text format.
pub fn escaped(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "\\{byte:02x}").expect("a string takes everything");
        text
    })
}
