//! The module's exports. A caller outside has no types: bytes go in and out by their address.
#![allow(unsafe_code)]

use crate::verify;
use alloc::vec::Vec;
use core::cell::RefCell;
use core::panic::PanicInfo;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// What the exports work on: the input, and the statement of the last proof that held.
struct Buffers {
    input: RefCell<Vec<u8>>,
    statement: RefCell<Vec<u8>>,
}

// SAFETY: the target has no threads.
unsafe impl Sync for Buffers {}

static BUFFERS: Buffers =
    Buffers { input: RefCell::new(Vec::new()), statement: RefCell::new(Vec::new()) };

/// Makes room for `bytes` of input, all zero, and gives its address.
// SAFETY: no other crate of this module exports the name.
#[unsafe(no_mangle)]
extern "C" fn reserve(bytes: usize) -> *mut u8 {
    let mut input = BUFFERS.input.borrow_mut();
    input.clear();
    input.resize(bytes, 0);
    input.as_mut_ptr()
}

/// Checks the input, whose ledger's name has `chain_id_bytes`: 0, or the number of a `Refusal`.
// SAFETY: no other crate of this module exports the name.
#[unsafe(no_mangle)]
extern "C" fn verify_input(chain_id_bytes: usize) -> u32 {
    let mut statement = BUFFERS.statement.borrow_mut();
    statement.clear();
    match verify(&BUFFERS.input.borrow(), chain_id_bytes) {
        Ok(proved) => {
            *statement = borsh::to_vec(&proved).expect("encoding into memory does not fail");
            0
        }
        Err(refusal) => refusal as u32,
    }
}

/// Where the statement of the proof that held is.
// SAFETY: no other crate of this module exports the name.
#[unsafe(no_mangle)]
extern "C" fn statement() -> *const u8 {
    BUFFERS.statement.borrow().as_ptr()
}

/// Its length; 0 after a refusal.
// SAFETY: no other crate of this module exports the name.
#[unsafe(no_mangle)]
extern "C" fn statement_bytes() -> usize {
    BUFFERS.statement.borrow().len()
}
