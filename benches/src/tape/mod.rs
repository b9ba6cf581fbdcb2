//! What a host answered a guest, kept: so that the guest's work can be repeated without the host.

mod player;
mod recorder;

pub use player::Player;
pub use recorder::Recorder;

use std::ops::Range;
use tenor_abi::EntryPoint;
use tenor_abi::host::{HostFunction, NO_VALUE};
use tenor_primitives::Hash;

/// One run of guest code.
#[derive(Clone, Debug)]
pub struct Run {
    /// Which code.
    pub code_hash: Hash,
    /// Where it was entered.
    pub entry: EntryPoint,
    /// What its host answered, in order.
    pub answers: Vec<HostAnswer>,
}

/// What came of a call of a host function.
#[derive(Clone, Debug)]
pub struct HostAnswer {
    /// What the host wrote into the guest's memory, and where.
    pub written: Option<(usize, Vec<u8>)>,
    /// Its result; 0 if it has none.
    pub result: u64,
}

/// The stretch of memory that a function has written.
fn output_of(function: HostFunction, arguments: &[u64], result: u64) -> Option<Range<usize>> {
    use HostFunction as F;
    let at = |index: usize| usize::try_from(arguments[index]).expect("a pointer");
    let filled = |index: usize| {
        let length = usize::try_from(result).ok().filter(|_| result != NO_VALUE)?;
        (length <= at(index + 1)).then(|| at(index)..at(index) + length)
    };
    match function {
        F::InputRead | F::RegisterRead | F::ContextRead => filled(0),
        F::StorageGet => filled(3),
        F::Keccak256 => Some(at(2)..at(2) + 32),
        F::RecoverKey => (result == 1).then(|| at(3)..at(3) + 33),
        _ => None,
    }
}
