//! `storage_get`, `storage_set`, `storage_remove`, `storage_scan`.

use super::memory::copy_if_fits;
use super::{HostState, with_session};
use tenor_abi::host::NO_VALUE;
use tenor_executor::ScanArguments;
use wasmtime::{Caller, Result};

pub(super) fn storage_get(
    caller: Caller<'_, HostState>,
    namespace: u32,
    key: u32,
    key_len: u32,
    dst: u32,
    capacity: u32,
) -> Result<u64> {
    with_session(caller, |memory, session| {
        memory.buffer(dst, capacity)?;
        let Some(value) = session.storage_get(namespace, memory.bytes(key, key_len)?)? else {
            return Ok(NO_VALUE);
        };
        let length = copy_if_fits(memory.buffer(dst, capacity)?, value);
        if length > capacity {
            let value = value.to_vec();
            session.set_register(value);
        }
        Ok(u64::from(length))
    })
}

pub(super) fn storage_set(
    caller: Caller<'_, HostState>,
    namespace: u32,
    key: u32,
    key_len: u32,
    value: u32,
    value_len: u32,
) -> Result<()> {
    with_session(caller, |memory, session| {
        let (key, value) = (memory.bytes(key, key_len)?, memory.bytes(value, value_len)?);
        session.storage_set(namespace, key, value)
    })
}

pub(super) fn storage_remove(
    caller: Caller<'_, HostState>,
    namespace: u32,
    key: u32,
    key_len: u32,
) -> Result<u32> {
    with_session(caller, |memory, session| {
        session.storage_remove(namespace, memory.bytes(key, key_len)?).map(u32::from)
    })
}

#[expect(clippy::too_many_arguments, reason = "the row of the host table")]
pub(super) fn storage_scan(
    caller: Caller<'_, HostState>,
    namespace: u32,
    start: u32,
    start_len: u32,
    end: u32,
    end_len: u32,
    flags: u32,
    limit: u32,
) -> Result<u32> {
    with_session(caller, |memory, session| {
        let start = memory.bytes(start, start_len)?;
        let end = memory.bytes(end, end_len)?;
        session.storage_scan(ScanArguments { namespace, start, end, flags, limit })
    })
}
