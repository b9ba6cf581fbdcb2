//! Modules that cost a compiler far more than their size suggests: many locals that change on many
//! branches. Back to the heads of nested loops a rule forbids them; what is left takes seconds.

/// Locals: just below what a new ledger allows.
const LOCALS: u32 = 250;

/// What the blocks of a function are.
#[derive(Clone, Copy)]
enum Kind {
    Block = 0x02,
    Loop = 0x03,
}

/// 15 KB that would compile for some ten seconds.
pub fn compile_bomb() -> Vec<u8> {
    module(&[function(Kind::Loop, 250, 1_000, 0)])
}

/// 120 KB that would take more than half a gigabyte to compile, and get there in a few seconds.
pub fn memory_bomb() -> Vec<u8> {
    module(&[function(Kind::Loop, 16, 9_000, 0)])
}

/// 35 KB in which every function is far from the limit, and all together are over theirs: more than a
/// second.
pub fn divided_bomb() -> Vec<u8> {
    let function = function(Kind::Loop, 1, 250, 0);
    module(&[(); 5].map(|()| function.clone()))
}

/// 500 KB that keep every rule and compile for seconds. `salt` makes it another module of the same
/// cost.
pub fn heavy_module(salt: u8) -> Vec<u8> {
    let function = function(Kind::Block, 250, 9_000, salt);
    module(&[(); 4].map(|()| function.clone()))
}

/// A function of so many nested blocks, with so many branches from the innermost to all of them.
fn function(kind: Kind, blocks: u32, branches: u32, salt: u8) -> Vec<u8> {
    let mut body = vec![1];
    unsigned(&mut body, LOCALS);
    body.push(0x7e); // i64
    for _ in 0..blocks {
        body.extend([kind as u8, 0x40]);
    }
    for branch in 0..branches {
        change(&mut body, branch % LOCALS, salt);
        body.push(0x20); // local.get
        unsigned(&mut body, branch * 7 % LOCALS);
        body.extend([0xa7, 0x0d]); // i32.wrap_i64, br_if
        unsigned(&mut body, branch * 13 % blocks);
    }
    body.extend((0..=blocks).map(|_| 0x0b)); // an end for each, and for the function
    body
}

/// A module of functions with those bodies; the first is `execute`.
fn module(bodies: &[Vec<u8>]) -> Vec<u8> {
    let count = u8::try_from(bodies.len()).expect("a few");
    let (mut functions, mut code) = (vec![count], vec![count]);
    for body in bodies {
        functions.push(0);
        sized(&mut code, body);
    }
    let mut module = b"\0asm\x01\0\0\0".to_vec();
    for (id, content) in [
        (1, &[1, 0x60, 0, 0][..]), // one type, without parameters and results
        (3, &functions),
        (5, &[1, 0, 1]), // a memory of a page
        (7, b"\x01\x07execute\x00\x00"),
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
    unsigned(bytes, u32::try_from(content.len()).expect("half a megabyte at most"));
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
