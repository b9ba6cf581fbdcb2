//! The host of a native test: whatever implements [`HostBackend`].

use super::CallOutcome;
use crate::Failure;
use core::any::Any;
use core::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use tenor_abi::spec::declare::ContractSchema;
use tenor_abi::{CallContext, EntryPoint, Topics};
use tenor_primitives::{Address, Hash, PublicKey, Signature};
use tenor_storage::{Entry, Scan};

/// The end of a call that the host decided: whatever the backend wants its owner to find.
pub struct HostExit(pub Box<dyn Any + Send>);

impl HostExit {
    /// An exit carrying `reason`.
    pub fn new<T: Any + Send>(reason: T) -> Self {
        Self(Box::new(reason))
    }

    /// The reason, if it is a `T`.
    pub fn downcast<T: Any>(self) -> Result<T, Self> {
        self.0.downcast().map(|reason| *reason).map_err(Self)
    }
}

impl core::fmt::Debug for HostExit {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("HostExit")
    }
}

/// The host functions as Rust functions, row for row as in [`tenor_abi::host_table!`].
///
/// An `Err` ends the contract's call at once, as a trap does in wasm; the contract never sees it.
pub trait HostBackend {
    /// The call's input.
    fn input(&mut self) -> Result<Vec<u8>, HostExit>;

    /// Sets the call's result; the last one counts.
    fn output_set(&mut self, output: &[u8]) -> Result<(), HostExit>;

    /// The contract refuses with a code and borsh details.
    fn fail(&mut self, code: u32, details: &[u8]) -> HostExit;

    /// The contract has a bug; the text is for the local trace.
    fn panic(&mut self, text: &str) -> HostExit;

    /// The facts of the call.
    fn context(&mut self) -> Result<CallContext, HostExit>;

    /// The value of a key of this instance.
    fn storage_get(&mut self, namespace: u16, key: &[u8]) -> Result<Option<Vec<u8>>, HostExit>;

    /// Writes a value.
    fn storage_set(&mut self, namespace: u16, key: &[u8], value: &[u8]) -> Result<(), HostExit>;

    /// Removes a value; whether there was one.
    fn storage_remove(&mut self, namespace: u16, key: &[u8]) -> Result<bool, HostExit>;

    /// The entries of a range.
    fn storage_scan(&mut self, scan: &Scan<'_>) -> Result<Vec<Entry>, HostExit>;

    /// Emits an event.
    fn event_emit(&mut self, name: &str, topics: &Topics, data: &[u8]) -> Result<(), HostExit>;

    /// Executes another contract.
    fn call(
        &mut self,
        contract: &Address,
        payload: &[u8],
        gas_limit: u64,
    ) -> Result<CallOutcome, HostExit>;

    /// Queries another contract.
    fn query(
        &mut self,
        contract: &Address,
        payload: &[u8],
        gas_limit: u64,
    ) -> Result<CallOutcome, HostExit>;

    /// Keccak-256.
    fn keccak256(&mut self, bytes: &[u8]) -> Result<Hash, HostExit>;

    /// Whether the signature over the digest is the key's.
    fn verify_signature(
        &mut self,
        digest: &Hash,
        key: &PublicKey,
        signature: &Signature,
    ) -> Result<bool, HostExit>;

    /// The key that made the signature.
    fn recover_key(
        &mut self,
        digest: &Hash,
        signature: &Signature,
        recovery_id: u8,
    ) -> Result<Option<PublicKey>, HostExit>;
}

/// An entry point as a function: runs to its end, or says how the host or the contract ended it.
pub type NativeEntry = fn(&mut dyn HostBackend) -> Result<(), HostExit>;

/// A contract as a table of functions.
#[derive(Clone, Copy)]
pub struct NativeContract {
    /// Its spec.
    pub spec: &'static ContractSchema,
    /// The spec section's bytes, as in the wasm module.
    pub spec_section: &'static [u8],
    /// Runs once, when an instance is created.
    pub instantiate: NativeEntry,
    /// Changes state.
    pub execute: NativeEntry,
    /// Reads state.
    pub query: NativeEntry,
    /// Runs once when an instance changes to this code.
    pub migrate: Option<NativeEntry>,
}

impl NativeContract {
    /// The function of an entry point; `None` if the contract does not have it.
    pub const fn entry(&self, entry: EntryPoint) -> Option<NativeEntry> {
        match entry {
            EntryPoint::Instantiate => Some(self.instantiate),
            EntryPoint::Execute => Some(self.execute),
            EntryPoint::Query => Some(self.query),
            EntryPoint::Migrate => self.migrate,
        }
    }
}

/// Runs one entry point on a backend: a refusal becomes `fail`, a panic becomes `panic`, and a host
/// error comes back as it is.
pub fn run_native(
    backend: &mut dyn HostBackend,
    entry: fn(Host<'_>) -> Result<(), Failure>,
) -> Result<(), HostExit> {
    // The contract's values are gone after an unwinding, and the backend is only told how it ended.
    let run = AssertUnwindSafe(|| entry(Host { backend: RefCell::new(&mut *backend) }));
    match catch_unwind(run) {
        Ok(Ok(())) => Ok(()),
        Ok(Err(failure)) => Err(backend.fail(failure.code, &failure.details)),
        Err(payload) => Err(match payload.downcast::<HostExit>() {
            Ok(exit) => *exit,
            Err(payload) => backend.panic(panic_text(&*payload)),
        }),
    }
}

fn panic_text(payload: &(dyn Any + Send)) -> &str {
    if let Some(text) = payload.downcast_ref::<&str>() {
        return text;
    }
    payload.downcast_ref::<String>().map_or("panic", String::as_str)
}

/// The host of one call.
pub struct Host<'h> {
    backend: RefCell<&'h mut dyn HostBackend>,
}

impl Host<'_> {
    /// One host function; its error unwinds to [`run_native`].
    fn ask<T>(&self, ask: impl FnOnce(&mut dyn HostBackend) -> Result<T, HostExit>) -> T {
        match ask(&mut **self.backend.borrow_mut()) {
            Ok(value) => value,
            Err(exit) => resume_unwind(Box::new(exit)),
        }
    }

    pub(crate) fn input(&self) -> Vec<u8> {
        self.ask(|host| host.input())
    }

    pub(crate) fn set_output(&self, output: &[u8]) {
        self.ask(|host| host.output_set(output));
    }

    pub(crate) fn context(&self) -> CallContext {
        self.ask(|host| host.context())
    }

    pub(crate) fn storage_get(&self, namespace: u16, key: &[u8]) -> Option<Vec<u8>> {
        self.ask(|host| host.storage_get(namespace, key))
    }

    pub(crate) fn storage_set(&self, namespace: u16, key: &[u8], value: &[u8]) {
        self.ask(|host| host.storage_set(namespace, key, value));
    }

    pub(crate) fn storage_remove(&self, namespace: u16, key: &[u8]) -> bool {
        self.ask(|host| host.storage_remove(namespace, key))
    }

    pub(crate) fn storage_scan(&self, scan: &Scan<'_>) -> Vec<Entry> {
        self.ask(|host| host.storage_scan(scan))
    }

    pub(crate) fn event_emit(&self, name: &str, topics: &Topics, data: &[u8]) {
        self.ask(|host| host.event_emit(name, topics, data));
    }

    pub(crate) fn call(&self, contract: &Address, payload: &[u8], gas_limit: u64) -> CallOutcome {
        self.ask(|host| host.call(contract, payload, gas_limit))
    }

    pub(crate) fn query(&self, contract: &Address, payload: &[u8], gas_limit: u64) -> CallOutcome {
        self.ask(|host| host.query(contract, payload, gas_limit))
    }

    pub(crate) fn keccak256(&self, bytes: &[u8]) -> Hash {
        self.ask(|host| host.keccak256(bytes))
    }

    pub(crate) fn verify_signature(
        &self,
        digest: &Hash,
        key: &PublicKey,
        signature: &Signature,
    ) -> bool {
        self.ask(|host| host.verify_signature(digest, key, signature))
    }

    pub(crate) fn recover_key(
        &self,
        digest: &Hash,
        signature: &Signature,
        recovery_id: u8,
    ) -> Option<PublicKey> {
        self.ask(|host| host.recover_key(digest, signature, recovery_id))
    }
}
