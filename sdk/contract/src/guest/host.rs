//! Safe functions over the imports.
//!
//! Two facts make every block here sound: the host reads and writes only between a pointer and the
//! length or capacity given with it, and it never keeps a pointer after returning.
#![allow(unsafe_code)]

use super::imports;
use super::parse::Parser;
use crate::Failure;
use crate::host::CallOutcome;
use alloc::vec::Vec;
use core::marker::PhantomData;
use tenor_abi::codec::encode;
use tenor_abi::host::NO_VALUE;
use tenor_abi::{CallContext, CallStatus, ScanFlags, Topics};
use tenor_primitives::{Address, Hash, PublicKey, Signature};
use tenor_storage::{Entry, Scan};

/// What most inputs and values fit into; longer ones take a second host call.
const FIRST_READ_BYTES: usize = 512;

/// The host of the call being served.
pub struct Host<'h> {
    of: PhantomData<&'h mut ()>,
}

/// Runs an entry point; a refusal ends the call here.
pub fn run_guest(entry: fn(Host<'_>) -> Result<(), Failure>) {
    if let Err(failure) = entry(Host { of: PhantomData }) {
        // SAFETY: the details are a live slice.
        unsafe { imports::Fail(failure.code, at(&failure.details), len(&failure.details)) };
    }
}

fn at(bytes: &[u8]) -> u32 {
    bytes.as_ptr() as u32
}

fn len(bytes: &[u8]) -> u32 {
    // Slices of a 32-bit memory are shorter than 2^32.
    bytes.len() as u32
}

/// Lets `read(pointer, capacity)` fill a buffer; a length above the capacity means nothing was
/// written and `again` must fill one of that length.
fn filled(read: impl FnOnce(u32, u32) -> u32, again: impl FnOnce(u32, u32) -> u32) -> Vec<u8> {
    let mut buffer = Vec::<u8>::with_capacity(FIRST_READ_BYTES);
    let mut length = read(buffer.as_mut_ptr() as u32, FIRST_READ_BYTES as u32) as usize;
    if length > FIRST_READ_BYTES {
        buffer.reserve_exact(length);
        length = (again(buffer.as_mut_ptr() as u32, length as u32) as usize).min(length);
    }
    // SAFETY: the host wrote `length` bytes, which is at most the capacity.
    unsafe { buffer.set_len(length) };
    buffer.shrink_to_fit();
    buffer
}

fn register_read(pointer: u32, capacity: u32) -> u32 {
    // SAFETY: callers pass a buffer and its capacity.
    unsafe { imports::RegisterRead(pointer, capacity) }
}

#[inline(never)]
fn register() -> Vec<u8> {
    filled(register_read, register_read)
}

#[inline(never)]
fn outcome(status: u32) -> CallOutcome {
    let bytes = register();
    if status == CallStatus::Returned as u32 {
        CallOutcome::Returned(bytes)
    } else if status == CallStatus::Failed as u32 {
        CallOutcome::Failed(Parser(&bytes).failure())
    } else {
        CallOutcome::Halted(Parser(&bytes).halted())
    }
}

impl Host<'_> {
    #[inline(never)]
    pub(crate) fn input(&self) -> Vec<u8> {
        // SAFETY: `filled` passes a buffer and its capacity.
        let read = |pointer, capacity| unsafe { imports::InputRead(pointer, capacity) };
        filled(read, read)
    }

    pub(crate) fn set_output(&self, output: &[u8]) {
        // SAFETY: a live slice.
        unsafe { imports::OutputSet(at(output), len(output)) };
    }

    pub(crate) fn context(&self) -> CallContext {
        // SAFETY: `filled` passes a buffer and its capacity.
        let read = |pointer, capacity| unsafe { imports::ContextRead(pointer, capacity) };
        Parser(&filled(read, read)).context()
    }

    #[inline(never)]
    pub(crate) fn storage_get(&self, namespace: u16, key: &[u8]) -> Option<Vec<u8>> {
        let mut missing = false;
        let read = |pointer, capacity| {
            let namespace = u32::from(namespace);
            // SAFETY: the key is a live slice; `filled` passes a buffer and its capacity.
            let length =
                unsafe { imports::StorageGet(namespace, at(key), len(key), pointer, capacity) };
            missing = length == NO_VALUE;
            // Values are far below 4 GiB.
            if missing { 0 } else { length as u32 }
        };
        let value = filled(read, register_read);
        (!missing).then_some(value)
    }

    pub(crate) fn storage_set(&self, namespace: u16, key: &[u8], value: &[u8]) {
        let namespace = u32::from(namespace);
        // SAFETY: live slices.
        unsafe { imports::StorageSet(namespace, at(key), len(key), at(value), len(value)) };
    }

    pub(crate) fn storage_remove(&self, namespace: u16, key: &[u8]) -> bool {
        // SAFETY: a live slice.
        unsafe { imports::StorageRemove(u32::from(namespace), at(key), len(key)) == 1 }
    }

    #[inline(never)]
    pub(crate) fn storage_scan(&self, scan: &Scan<'_>) -> Vec<Entry> {
        let (namespace, flags) = (u32::from(scan.namespace), flags(scan));
        let (start, end) = (scan.start, scan.end.unwrap_or_default());
        // SAFETY: live slices.
        unsafe {
            imports::StorageScan(
                namespace,
                at(start),
                len(start),
                at(end),
                len(end),
                flags,
                scan.limit,
            )
        };
        Parser(&register()).entries()
    }

    #[inline(never)]
    pub(crate) fn event_emit(&self, name: &str, topics: &Topics, data: &[u8]) {
        let (name, topics) = (name.as_bytes(), encode(&topics.0));
        // SAFETY: live slices.
        unsafe {
            imports::EventEmit(at(name), len(name), at(&topics), len(&topics), at(data), len(data));
        }
    }

    pub(crate) fn call(&self, contract: &Address, payload: &[u8], gas_limit: u64) -> CallOutcome {
        // SAFETY: the address is 32 live bytes, the payload a live slice.
        outcome(unsafe { imports::Call(at(&contract.0), at(payload), len(payload), gas_limit) })
    }

    pub(crate) fn query(&self, contract: &Address, payload: &[u8], gas_limit: u64) -> CallOutcome {
        // SAFETY: the address is 32 live bytes, the payload a live slice.
        outcome(unsafe { imports::Query(at(&contract.0), at(payload), len(payload), gas_limit) })
    }

    pub(crate) fn keccak256(&self, bytes: &[u8]) -> Hash {
        let mut digest = [0; 32];
        // SAFETY: a live slice, and room for the 32 bytes of a digest.
        unsafe { imports::Keccak256(at(bytes), len(bytes), digest.as_mut_ptr() as u32) };
        Hash(digest)
    }

    pub(crate) fn verify_signature(
        &self,
        digest: &Hash,
        key: &PublicKey,
        signature: &Signature,
    ) -> bool {
        // SAFETY: 32, 33 and 64 live bytes, as the import takes them.
        unsafe { imports::VerifySignature(at(&digest.0), at(&key.0), at(&signature.0)) == 1 }
    }

    pub(crate) fn recover_key(
        &self,
        digest: &Hash,
        signature: &Signature,
        recovery_id: u8,
    ) -> Option<PublicKey> {
        let (mut key, id) = ([0; 33], u32::from(recovery_id));
        let room = key.as_mut_ptr() as u32;
        // SAFETY: 32 and 64 live bytes, and room for the 33 bytes of a key.
        let found = unsafe { imports::RecoverKey(at(&digest.0), at(&signature.0), id, room) == 1 };
        found.then_some(PublicKey(key))
    }
}

fn flags(scan: &Scan<'_>) -> u32 {
    let flag = |set, flag| if set { flag } else { 0 };
    flag(scan.reverse, ScanFlags::REVERSE)
        | flag(scan.keys_only, ScanFlags::KEYS_ONLY)
        | flag(scan.end.is_none(), ScanFlags::UNBOUNDED)
}
