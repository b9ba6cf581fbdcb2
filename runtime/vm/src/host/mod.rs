//! The host functions as guests call them: pointers become slices, the counters are carried to the
//! session and back, errors become traps.

mod calls;
mod crypto;
mod events;
mod facts;
mod growth;
mod linker;
mod memory;
mod storage;

pub(crate) use growth::MemoryGrowth;
pub(crate) use linker::linker;

use crate::contract::Handles;
use memory::GuestMemory;
use tenor_executor::{HostError, Session};
use wasmtime::{Caller, Val};

/// What a store holds for its guest. The session is absent while a nested call has it.
pub(crate) struct HostState {
    pub(crate) session: Option<Box<Session>>,
    /// Set right after instantiation, before any instruction of the guest.
    pub(crate) handles: Option<Handles>,
    pub(crate) growth: MemoryGrowth,
}

impl HostState {
    /// The state of a store that has no instance yet.
    pub(crate) fn new(session: Box<Session>) -> Self {
        Self { session: Some(session), handles: None, growth: MemoryGrowth }
    }

    fn handles(&self) -> Handles {
        self.handles.expect("set before the guest runs")
    }
}

/// A host error on its way through the guest's frames.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(crate) struct HostTrap(#[from] pub(crate) HostError);

/// Runs `work` with the guest's memory and the session, whose gas is the guest's counter before
/// and becomes the guest's counter after, whatever the outcome.
fn with_session<R>(
    mut caller: Caller<'_, HostState>,
    work: impl FnOnce(&mut GuestMemory<'_>, &mut Session) -> Result<R, HostError>,
) -> wasmtime::Result<R> {
    let handles = caller.data().handles();
    let gas = counter(handles.gas.get(&mut caller));
    let (bytes, state) = handles.memory.data_and_store_mut(&mut caller);
    let session = state.session.as_mut().expect("present while the guest runs");
    session.gas_left = gas;
    let result = work(&mut GuestMemory(bytes), session);
    let left = global(session.gas_left);
    handles.gas.set(&mut caller, left)?;
    result.map_err(|error| HostTrap(error).into())
}

/// The gas counter as the session counts. It is never negative while the guest runs.
pub(crate) fn counter(value: Val) -> u64 {
    match value {
        Val::I64(gas) => u64::try_from(gas).unwrap_or(0),
        _ => unreachable!("the gas counter is an i64"),
    }
}

/// Gas as the counter holds it.
pub(crate) fn global(gas: u64) -> Val {
    Val::I64(i64::try_from(gas).unwrap_or(i64::MAX))
}
