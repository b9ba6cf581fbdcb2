//! What a guest asked of its host, kept: so that the host's work can be repeated without the guest,
//! and the guest's without the host.

mod player;
mod recorder;
mod replay;

pub use player::Player;
pub use recorder::Recorder;
pub use replay::{Kind, Replay};

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
    /// What it asked, in order.
    pub calls: Vec<HostCall>,
}

/// A call of a host function.
#[derive(Clone, Debug)]
pub struct HostCall {
    /// Which.
    pub function: HostFunction,
    /// Its arguments.
    pub arguments: Vec<u64>,
    /// The bytes that its pointers led to.
    pub inputs: Vec<Vec<u8>>,
    /// What the host wrote into the guest's memory, and where.
    pub written: Option<(usize, Vec<u8>)>,
    /// Its result; 0 if it has none.
    pub result: u64,
}

/// The stretches of memory that a function reads.
fn inputs_of(function: HostFunction, arguments: &[u64]) -> Vec<Range<usize>> {
    use HostFunction as F;
    let at = |index: usize| usize::try_from(arguments[index]).expect("a pointer");
    let slice = |index: usize| at(index)..at(index) + at(index + 1);
    let fixed = |index: usize, bytes: usize| at(index)..at(index) + bytes;
    match function {
        F::InputRead | F::RegisterRead | F::ContextRead => Vec::new(),
        F::OutputSet | F::Panic | F::Keccak256 => vec![slice(0)],
        F::Fail | F::StorageGet | F::StorageRemove => vec![slice(1)],
        F::StorageSet | F::StorageScan => vec![slice(1), slice(3)],
        F::EventEmit => vec![slice(0), slice(2), slice(4)],
        F::Call | F::Query => vec![fixed(0, 32), slice(1)],
        F::VerifySignature => vec![fixed(0, 32), fixed(1, 33), fixed(2, 64)],
        F::RecoverKey => vec![fixed(0, 32), fixed(1, 64)],
    }
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
