//! Splitting modules and reading side files; lines of a real compiler are tested with the contracts.

use super::{DebugError, DebugFile, split};
use tenor_primitives::keccak256;

const TEXT: &str = r#"(module
    (@custom ".debug_line" (before func) "lines")
    (func $_ZN4core9panicking5panic17h0123456789abcdefE unreachable)
    (@custom "tenor.spec" "spec")
    (@custom "producers" "tools"))"#;

fn module() -> Vec<u8> {
    wat::parse_str(TEXT).expect("parses")
}

#[test]
fn a_module_is_left_without_what_is_only_for_people() {
    let split = split(&module()).expect("a module");
    let plain = wat::parse_str(r#"(module (func unreachable) (@custom "tenor.spec" "spec"))"#);
    assert_eq!(split.code, plain.expect("parses"));
    assert_eq!(split.debug.code_hash(), keccak256(&split.code));
    assert_eq!(split.debug.section(".debug_line"), b"lines");
    assert_eq!(split.debug.section("producers"), b"tools");
    // magic, type section (6), function section (4), the code section's id and length
    assert_eq!(split.debug.code_start, 8 + 6 + 4 + 2);
    assert_eq!(super::split(&split.code).expect("a module").code, split.code);
}

#[test]
fn names_are_the_authors() {
    let debug = split(&module()).expect("a module").debug;
    assert_eq!(debug.function_name(0).as_deref(), Some("core::panicking::panic"));
    assert_eq!(debug.function_name(1), None);
    assert!(debug.lines(22).is_empty(), "no lines where DWARF is nonsense");
}

#[test]
fn a_file_is_read_back_or_refused() {
    let debug = split(&module()).expect("a module").debug;
    let bytes = debug.encode();
    assert_eq!(DebugFile::decode(&bytes), Ok(debug));
    assert_eq!(DebugFile::decode(b"\0asm\x01\0\0\0"), Err(DebugError::NotADebugFile));
    for at in super::MAGIC.len()..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        assert_eq!(DebugFile::decode(&changed), Err(DebugError::Damaged), "byte {at}");
        assert_eq!(DebugFile::decode(&bytes[..at]), Err(DebugError::Damaged), "cut at {at}");
    }
}

#[test]
fn what_is_no_module_is_refused() {
    for bytes in [&b""[..], b"\0asm", b"\0asm\x0d\0\x01\0", b"nonsense at all"] {
        assert_eq!(split(bytes), Err(DebugError::NotAModule), "{bytes:?}");
    }
    let empty = wat::parse_str("(module)").expect("parses");
    assert_eq!(split(&empty), Err(DebugError::NoCode));
}
