//! `keccak256`, `verify_signature`, `recover_key`.

use super::{HostState, with_session};
use wasmtime::{Caller, Result};

pub(super) fn keccak256(caller: Caller<'_, HostState>, ptr: u32, len: u32, dst: u32) -> Result<()> {
    with_session(caller, |memory, session| {
        memory.array::<32>(dst)?;
        let digest = session.keccak256(memory.bytes(ptr, len)?)?;
        memory.buffer(dst, 32)?.copy_from_slice(&digest.0);
        Ok(())
    })
}

pub(super) fn verify_signature(
    caller: Caller<'_, HostState>,
    digest: u32,
    public_key: u32,
    signature: u32,
) -> Result<u32> {
    with_session(caller, |memory, session| {
        let digest = memory.array(digest)?;
        let public_key = memory.array(public_key)?;
        session.verify_signature(digest, public_key, memory.array(signature)?).map(u32::from)
    })
}

pub(super) fn recover_key(
    caller: Caller<'_, HostState>,
    digest: u32,
    signature: u32,
    recovery_id: u32,
    dst: u32,
) -> Result<u32> {
    with_session(caller, |memory, session| {
        memory.array::<33>(dst)?;
        let (digest, signature) = (memory.array(digest)?, memory.array(signature)?);
        let Some(key) = session.recover_key(digest, signature, recovery_id)? else { return Ok(0) };
        memory.buffer(dst, 33)?.copy_from_slice(&key.0);
        Ok(1)
    })
}
