//! Modules that keep every static rule and cost a compiler far more than their size suggests: many
//! locals that change on many branches back to the heads of nested loops.

/// Locals: just below what a new ledger allows.
const LOCALS: u32 = 250;

/// 15 KB that compile for more than ten seconds. `salt` makes it another module of the same cost.
pub fn compile_bomb(salt: u8) -> Vec<u8> {
    bomb(250, 1_000, salt)
}

/// 120 KB that take more than half a gigabyte to compile, and get there in a few seconds.
pub fn memory_bomb() -> Vec<u8> {
    bomb(16, 9_000, 0)
}

/// A function of so many nested loops, with so many branches from the innermost to all of them.
fn bomb(loops: u32, branches: u32, salt: u8) -> Vec<u8> {
    let mut body = vec![1];
    unsigned(&mut body, LOCALS);
    body.push(0x7e); // i64
    for _ in 0..loops {
        body.extend([0x03, 0x40]); // loop
    }
    for branch in 0..branches {
        change(&mut body, branch % LOCALS, salt);
        body.push(0x20); // local.get
        unsigned(&mut body, branch * 7 % LOCALS);
        body.extend([0xa7, 0x0d]); // i32.wrap_i64, br_if
        unsigned(&mut body, branch * 13 % loops);
    }
    body.extend((0..=loops).map(|_| 0x0b)); // an end for each, and for the function
    module(&body)
}

/// A module whose only function, `execute`, has that body.
fn module(body: &[u8]) -> Vec<u8> {
    let mut code = vec![1];
    sized(&mut code, body);
    let mut module = b"\0asm\x01\0\0\0".to_vec();
    for (id, content) in [
        (1, &[1, 0x60, 0, 0][..]),       // one type, without parameters and results
        (3, &[1, 0]),                    // one function
        (5, &[1, 0, 1]),                 // a memory of a page
        (7, b"\x01\x07execute\x00\x00"), // exported
        (10, &code),
    ] {
        module.push(id);
        sized(&mut module, content);
    }
    module
}

/// `local += salt`
fn change(body: &mut Vec<u8>, local: u32, salt: u8) {
    body.push(0x20); // local.get
    unsigned(body, local);
    body.extend([0x42, salt & 0x3f, 0x7c, 0x21]); // i64.const, i64.add, local.set
    unsigned(body, local);
}

fn sized(bytes: &mut Vec<u8>, content: &[u8]) {
    unsigned(bytes, u32::try_from(content.len()).expect("a few kilobytes"));
    bytes.extend(content);
}

/// LEB128.
fn unsigned(bytes: &mut Vec<u8>, mut value: u32) {
    while value > 0x7f {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push((value & 0x7f) as u8);
}
