//! `call` and `query`: the session leaves this store for the nested run and comes back.

use super::memory::GuestMemory;
use super::{HostState, HostTrap, counter, global};
use tenor_abi::EntryPoint;
use tenor_primitives::Address;
use wasmtime::{Caller, Result, Val};

pub(super) fn call(
    caller: Caller<'_, HostState>,
    contract: u32,
    payload: u32,
    payload_len: u32,
    gas_limit: u64,
) -> Result<u32> {
    nested(caller, EntryPoint::Execute, contract, (payload, payload_len), gas_limit)
}

pub(super) fn query(
    caller: Caller<'_, HostState>,
    contract: u32,
    payload: u32,
    payload_len: u32,
    gas_limit: u64,
) -> Result<u32> {
    nested(caller, EntryPoint::Query, contract, (payload, payload_len), gas_limit)
}

fn nested(
    mut caller: Caller<'_, HostState>,
    entry: EntryPoint,
    contract: u32,
    payload: (u32, u32),
    gas_limit: u64,
) -> Result<u32> {
    let handles = caller.data().handles();
    let gas = counter(handles.gas.get(&mut caller));
    let stack = match handles.stack.get(&mut caller) {
        Val::I32(stack) => u32::try_from(stack).unwrap_or(0),
        _ => unreachable!("the stack counter is an i32"),
    };
    let (bytes, state) = handles.memory.data_and_store_mut(&mut caller);
    let memory = GuestMemory(bytes);
    let address = Address(*memory.array(contract).map_err(HostTrap)?);
    let payload = memory.bytes(payload.0, payload.1).map_err(HostTrap)?;
    let mut session = state.session.take().expect("present while the guest runs");
    session.gas_left = gas;
    session.stack_left = stack;
    let (session, status) = session.call(entry, address, payload, gas_limit);
    let left = global(session.gas_left);
    state.session = Some(session);
    handles.gas.set(&mut caller, left)?;
    Ok(status.map_err(HostTrap)? as u32)
}
