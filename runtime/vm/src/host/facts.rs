//! `input_read`, `register_read`, `context_read`, `output_set`, `fail`, `panic`.

use super::memory::copy_if_fits;
use super::{HostState, with_session};
use wasmtime::{Caller, Result};

pub(super) fn input_read(caller: Caller<'_, HostState>, dst: u32, capacity: u32) -> Result<u32> {
    with_session(caller, |memory, session| {
        let buffer = memory.buffer(dst, capacity)?;
        Ok(copy_if_fits(buffer, session.input()?))
    })
}

pub(super) fn register_read(caller: Caller<'_, HostState>, dst: u32, capacity: u32) -> Result<u32> {
    with_session(caller, |memory, session| {
        let buffer = memory.buffer(dst, capacity)?;
        Ok(copy_if_fits(buffer, session.register()?))
    })
}

pub(super) fn context_read(caller: Caller<'_, HostState>, dst: u32, capacity: u32) -> Result<u32> {
    with_session(caller, |memory, session| {
        let buffer = memory.buffer(dst, capacity)?;
        Ok(copy_if_fits(buffer, &session.context()?))
    })
}

pub(super) fn output_set(caller: Caller<'_, HostState>, ptr: u32, len: u32) -> Result<()> {
    with_session(caller, |memory, session| session.set_output(memory.bytes(ptr, len)?))
}

pub(super) fn fail(caller: Caller<'_, HostState>, code: u32, ptr: u32, len: u32) -> Result<()> {
    with_session(caller, |memory, session| session.fail(code, memory.bytes(ptr, len)?))
}

pub(super) fn panic(caller: Caller<'_, HostState>, ptr: u32, len: u32) -> Result<()> {
    with_session(caller, |memory, session| session.panic(memory.bytes(ptr, len)?))
}
