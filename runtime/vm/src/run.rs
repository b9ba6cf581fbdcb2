//! One run: a new instance, the counters filled, the entry point called, the end told apart.

use crate::contract::{Contract, Handles};
use crate::host::{HostState, HostTrap};
use crate::places;
use crate::trap::classify;
use tenor_executor::{FatalError, GuestCall, GuestExit, HostError, Session};
use tenor_primitives::HaltCode;
use wasmtime::{AsContextMut, Engine, ModuleExport, Store, Trap, Val};

/// Runs `entry` of `contract` in an instance of its own, where the engine counts epochs for so many
/// of them.
pub(crate) fn run(
    engine: &Engine,
    contract: &Contract,
    entry: &ModuleExport,
    call: &GuestCall,
    epochs: u64,
    session: Box<Session>,
) -> (Box<Session>, GuestExit) {
    let mut store = Store::new(engine, HostState::new(session));
    store.limiter(|state| &mut state.growth);
    store.set_epoch_deadline(epochs);
    let exit = match prepare(&mut store, contract, call) {
        Ok(prepared) => finish(&mut store, &prepared, contract, entry, call),
        Err(error) => GuestExit { gas_left: call.gas_limit, result: Err(error) },
    };
    let session = store.into_data().session.expect("every host function puts it back");
    (session, exit)
}

/// An instance with its counters filled.
struct Prepared {
    instance: wasmtime::Instance,
    handles: Handles,
    /// What the gas counter started with.
    gas: i64,
}

/// Makes the instance. None of this can fail for accepted code: segments lie inside, the pool has
/// room for every permitted run, no start function runs.
fn prepare(
    store: &mut Store<HostState>,
    contract: &Contract,
    call: &GuestCall,
) -> Result<Prepared, HostError> {
    let instance = contract.instance.instantiate(&mut *store).map_err(engine_failed)?;
    let handles = contract
        .handles(&instance, store.as_context_mut())
        .ok_or_else(|| engine_failed("an instance lacks its counters"))?;
    let gas = i64::try_from(call.gas_limit).unwrap_or(i64::MAX);
    let stack = i32::try_from(call.stack_limit).unwrap_or(i32::MAX);
    handles.gas.set(&mut *store, Val::I64(gas)).map_err(engine_failed)?;
    handles.stack.set(&mut *store, Val::I32(stack)).map_err(engine_failed)?;
    store.data_mut().handles = Some(handles);
    Ok(Prepared { instance, handles, gas })
}

/// Calls the entry point and tells how it ended.
fn finish(
    store: &mut Store<HostState>,
    prepared: &Prepared,
    contract: &Contract,
    entry: &ModuleExport,
    call: &GuestCall,
) -> GuestExit {
    let called = contract
        .function(&prepared.instance, store.as_context_mut(), entry)
        .ok_or_else(|| wasmtime::Error::msg("an entry point is not a function"))
        .and_then(|function| function.typed::<(), ()>(&*store))
        .and_then(|function| function.call(&mut *store, ()));
    let gas = match prepared.handles.gas.get(&mut *store) {
        Val::I64(gas) => gas,
        other => unreachable!("the gas counter is an i64, got {other:?}"),
    };
    if let (Err(error), Some(session)) = (&called, &mut store.data_mut().session) {
        places::record(error, &call.code_hash, session);
    }
    let result = called.map_err(|error| {
        let stack = prepared.handles.stack.get(&mut *store).i32().unwrap_or(0);
        host_error(error, gas, stack)
    });
    let out_of_gas = matches!(result, Err(HostError::Halt(HaltCode::OutOfGas)));
    let left = if out_of_gas { i64::MIN } else { gas };
    GuestExit { gas_left: gas_left(call.gas_limit, prepared.gas, left), result }
}

/// Gas left of `limit`, of which the counter got `given` and has `left`.
fn gas_left(limit: u64, given: i64, left: i64) -> u64 {
    match u64::try_from(left) {
        Ok(left) => limit - (given.unsigned_abs() - left),
        Err(_) => 0,
    }
}

/// The error that a call came back with as the executor knows it.
fn host_error(error: wasmtime::Error, gas: i64, stack: i32) -> HostError {
    let error = match error.downcast::<HostTrap>() {
        Ok(HostTrap(error)) => return error,
        Err(error) => error,
    };
    match error.downcast_ref::<Trap>() {
        // Only code for engines with deadlines looks at epochs.
        Some(Trap::Interrupt) => FatalError::Deadline.into(),
        Some(trap) => classify(*trap, gas, stack)
            .map_or_else(|| engine_failed(format!("{error:#}")), HostError::Halt),
        None => engine_failed(format!("{error:#}")),
    }
}

fn engine_failed(text: impl ToString) -> HostError {
    HostError::Fatal(FatalError::Engine(text.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gas_above_what_the_counter_holds_is_not_lost() {
        assert_eq!(gas_left(100, 100, 40), 40);
        assert_eq!(gas_left(100, 100, -3), 0);
        assert_eq!(gas_left(u64::MAX, i64::MAX, i64::MAX - 5), u64::MAX - 5);
    }
}
