//! The host functions as engines call them: the work is done in the files beside this one, and a
//! traced transaction keeps what was asked and what it took.

use super::{ScanArguments, Session};
use crate::trace::HostStep;
use crate::{FatalError, HostError};
use tenor_abi::host::HostFunction;
use tenor_abi::{CallStatus, EntryPoint};
use tenor_primitives::{Address, Hash, PublicKey};

impl Session {
    /// The call's input. The charge is for its length.
    pub fn input(&mut self) -> Result<&[u8], HostError> {
        if self.recorder.is_none() {
            return self.read_input();
        }
        let had = self.gas_left;
        let read = self.read_input().map(<[u8]>::len);
        let step = HostStep::new(HostFunction::InputRead).got(read.as_ref().ok().copied());
        self.record_step(had, &read, step);
        read.map(|_| &*self.frame().input)
    }

    /// What the last scan, call, query or oversized read left.
    pub fn register(&mut self) -> Result<&[u8], HostError> {
        if self.recorder.is_none() {
            return self.read_register();
        }
        let had = self.gas_left;
        let read = self.read_register().map(<[u8]>::len);
        let step = HostStep::new(HostFunction::RegisterRead).got(read.as_ref().ok().copied());
        self.record_step(had, &read, step);
        read.map(|_| &*self.frame().register)
    }

    /// The borsh [`CallContext`](tenor_abi::CallContext).
    pub fn context(&mut self) -> Result<Vec<u8>, HostError> {
        let had = self.gas_left;
        let read = self.read_context();
        if self.recorder.is_some() {
            let got = read.as_ref().ok().map(Vec::len);
            self.record_step(had, &read, HostStep::new(HostFunction::ContextRead).got(got));
        }
        read
    }

    /// Sets the call's result.
    pub fn set_output(&mut self, output: &[u8]) -> Result<(), HostError> {
        let had = self.gas_left;
        let set = self.write_output(output);
        if self.recorder.is_some() {
            self.record_step(had, &set, HostStep::new(HostFunction::OutputSet).given(output.len()));
        }
        set
    }

    /// Ends the call with the contract's own code and details. Always an error.
    pub fn fail(&mut self, code: u32, details: &[u8]) -> Result<(), HostError> {
        let had = self.gas_left;
        let failed = self.refuse(code, details);
        if self.recorder.is_some() {
            self.record_step(had, &failed, HostStep::new(HostFunction::Fail).given(details.len()));
        }
        failed
    }

    /// Ends the call as a bug of the contract. Always an error; the text is local.
    pub fn panic(&mut self, text: &[u8]) -> Result<(), HostError> {
        let had = self.gas_left;
        let stopped = self.give_up(text);
        if self.recorder.is_some() {
            let text = self.panic_text().unwrap_or_default().as_bytes().to_vec();
            self.record_step(had, &stopped, HostStep::new(HostFunction::Panic).named(&text));
        }
        stopped
    }

    /// The value of a key of the frame's contract.
    pub fn storage_get(&mut self, namespace: u32, key: &[u8]) -> Result<Option<&[u8]>, HostError> {
        if self.recorder.is_none() {
            return self.read_value(namespace, key);
        }
        let had = self.gas_left;
        let read = self.read_value(namespace, key).map(|value| value.map(<[u8]>::len));
        let step = HostStep::new(HostFunction::StorageGet).at(namespace, key);
        self.record_step(had, &read, step.got(read.as_ref().ok().copied().flatten()));
        // Paid above; this look-up only finds the bytes again.
        read?;
        let key = self.own_key(namespace, key)?;
        Ok(self.journal.get(key).map_err(FatalError::from)?)
    }

    /// Writes a value.
    pub fn storage_set(
        &mut self,
        namespace: u32,
        key: &[u8],
        value: &[u8],
    ) -> Result<(), HostError> {
        let had = self.gas_left;
        let written = self.write_value(namespace, key, value);
        if self.recorder.is_some() {
            let step = HostStep::new(HostFunction::StorageSet).at(namespace, key);
            self.record_step(had, &written, step.given(value.len()));
        }
        written
    }

    /// Removes a value; whether there was one.
    pub fn storage_remove(&mut self, namespace: u32, key: &[u8]) -> Result<bool, HostError> {
        let had = self.gas_left;
        let removed = self.remove_value(namespace, key);
        if self.recorder.is_some() {
            let step = HostStep::new(HostFunction::StorageRemove).at(namespace, key);
            self.record_step(had, &removed, step);
        }
        removed
    }

    /// Leaves the borsh list of entries in the register; its length. Every entry looked at is paid
    /// as it is read, keys and values, those that the block has removed included.
    pub fn storage_scan(&mut self, scan: ScanArguments<'_>) -> Result<u32, HostError> {
        let had = self.gas_left;
        let scanned = self.scan_values(scan);
        if self.recorder.is_some() {
            let step = HostStep::new(HostFunction::StorageScan).at(scan.namespace, scan.start);
            let got = scanned.as_ref().ok().map(|bytes| *bytes as usize);
            self.record_step(had, &scanned, step.got(got));
        }
        scanned
    }

    /// Emits an event of the frame's contract; `topics` is a borsh list of byte strings.
    pub fn emit(&mut self, name: &[u8], topics: &[u8], data: &[u8]) -> Result<(), HostError> {
        let had = self.gas_left;
        let emitted = self.emit_event(name, topics, data);
        if self.recorder.is_some() {
            let given = topics.len().saturating_add(data.len());
            let step = HostStep::new(HostFunction::EventEmit).named(name).given(given);
            self.record_step(had, &emitted, step);
        }
        emitted
    }

    /// Keccak-256 of `bytes`.
    pub fn keccak256(&mut self, bytes: &[u8]) -> Result<Hash, HostError> {
        let had = self.gas_left;
        let hashed = self.hash(bytes);
        if self.recorder.is_some() {
            let step = HostStep::new(HostFunction::Keccak256).given(bytes.len());
            self.record_step(had, &hashed, step.got(hashed.is_ok().then_some(32)));
        }
        hashed
    }

    /// Whether `signature` is the key's over `digest`, low s only.
    pub fn verify_signature(
        &mut self,
        digest: &[u8; 32],
        public_key: &[u8; 33],
        signature: &[u8; 64],
    ) -> Result<bool, HostError> {
        let had = self.gas_left;
        let checked = self.check_signature(digest, public_key, signature);
        if self.recorder.is_some() {
            self.record_step(had, &checked, HostStep::new(HostFunction::VerifySignature));
        }
        checked
    }

    /// The key that made `signature`, if any.
    pub fn recover_key(
        &mut self,
        digest: &[u8; 32],
        signature: &[u8; 64],
        recovery_id: u32,
    ) -> Result<Option<PublicKey>, HostError> {
        let had = self.gas_left;
        let recovered = self.find_key(digest, signature, recovery_id);
        if self.recorder.is_some() {
            self.record_step(had, &recovered, HostStep::new(HostFunction::RecoverKey));
        }
        recovered
    }

    /// The host functions `call` and `query`: runs another contract with at most `gas_limit` gas.
    /// The session is given up for the nested run and comes back with the status; the register holds
    /// the output or the borsh failure.
    ///
    /// A callee that uses up a limit smaller than what its caller had left is caught; running out of
    /// everything that was left is never caught.
    pub fn call(
        self: Box<Self>,
        entry: EntryPoint,
        contract: Address,
        payload: &[u8],
        gas_limit: u64,
    ) -> (Box<Self>, Result<CallStatus, HostError>) {
        let had = self.gas_left;
        let (mut session, status) = self.call_other(entry, contract, payload, gas_limit);
        if session.recorder.is_some() {
            let writes = entry.writes();
            let function = if writes { HostFunction::Call } else { HostFunction::Query };
            session.record_called(function, had, &status);
        }
        (session, status)
    }
}
