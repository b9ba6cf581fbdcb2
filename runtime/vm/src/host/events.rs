//! `event_emit`.

use super::{HostState, with_session};
use wasmtime::{Caller, Result};

pub(super) fn event_emit(
    caller: Caller<'_, HostState>,
    name: u32,
    name_len: u32,
    topics: u32,
    topics_len: u32,
    data: u32,
    data_len: u32,
) -> Result<()> {
    with_session(caller, |memory, session| {
        let name = memory.bytes(name, name_len)?;
        let topics = memory.bytes(topics, topics_len)?;
        session.emit(name, topics, memory.bytes(data, data_len)?)
    })
}
