//! The suite's words for traps, and the halts they are on a ledger.

use super::machine::Stop;
use tenor_primitives::HaltCode;
use tenor_vm::classify;
use wasmtime::Trap;

/// Each word with the halt it means, as the start of a longer message.
const WORDS: [(&str, HaltCode); 8] = [
    ("integer divide by zero", HaltCode::DivisionByZero),
    ("integer overflow", HaltCode::IntegerOverflow),
    ("out of bounds memory access", HaltCode::MemoryOutOfBounds),
    ("out of bounds table access", HaltCode::TableOutOfBounds),
    ("undefined element", HaltCode::TableOutOfBounds),
    ("uninitialized element", HaltCode::IndirectCallToNull),
    ("indirect call type mismatch", HaltCode::BadSignature),
    ("unreachable", HaltCode::Unreachable),
];

/// Whether `stop` is what the suite calls `message`, through the ledger's closed table of traps.
///
/// # Errors
/// What it is instead.
pub(super) fn expect(stop: &Stop, message: &str) -> Result<(), String> {
    let got = match halt(stop) {
        Ok(code) => {
            let meant = WORDS.iter().find(|(word, _)| message.starts_with(word));
            if meant.is_some_and(|(_, meant)| *meant == code) {
                return Ok(());
            }
            format!("{code:?}")
        }
        // Of floats, which no ledger takes, so the table does not have it.
        Err(Stop::Trap(Trap::BadConversionToInteger, ..))
            if message == "invalid conversion to integer" =>
        {
            return Ok(());
        }
        Err(other) => format!("{other:?}"),
    };
    Err(format!("expected a trap \"{message}\", got {got}"))
}

/// Whether `stop` is one of the counters running out.
///
/// # Errors
/// What it is instead.
pub(super) fn expect_exhaustion(stop: &Stop) -> Result<(), String> {
    match halt(stop) {
        Ok(HaltCode::StackExhausted | HaltCode::OutOfGas) => Ok(()),
        other => Err(format!("expected to run out of stack or gas, got {other:?}")),
    }
}

/// The halt that `stop` is; itself if the table does not have it.
fn halt(stop: &Stop) -> Result<HaltCode, &Stop> {
    match stop {
        Stop::Trap(trap, counters) => classify(*trap, counters.gas, counters.stack).ok_or(stop),
        Stop::Other(_) => Err(stop),
    }
}
