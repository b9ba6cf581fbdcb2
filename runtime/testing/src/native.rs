//! An engine whose code is Rust functions of this process.

use crate::backend::SessionBackend;
use std::collections::BTreeMap;
use tenor_executor::{CodeRefused, CodeReport, GuestCall, GuestExit, HostError, Session, Vm};
use tenor_primitives::{HaltCode, Hash, Parameters, keccak256};
use tenor_sdk::host::NativeContract;

/// Native contracts by the hash of the bytes that stand for their code. Instructions cost nothing
/// here; host functions cost what they cost on the ledger.
#[derive(Default)]
pub struct NativeVm {
    contracts: BTreeMap<Hash, NativeContract>,
}

impl NativeVm {
    /// Adds a contract; the bytes to upload as its code.
    pub fn add(&mut self, contract: NativeContract) -> Vec<u8> {
        let code = [b"native:", contract.spec.name.as_bytes(), contract.spec_section].concat();
        self.contracts.insert(keccak256(&code), contract);
        code
    }
}

impl Vm for NativeVm {
    fn check_code(&self, code: &[u8], _: &Parameters) -> Result<CodeReport, CodeRefused> {
        match self.contracts.get(&keccak256(code)) {
            Some(contract) => Ok(CodeReport {
                migrates: contract.migrate.is_some(),
                spec_hash: keccak256(contract.spec_section),
                // What Rust's linker gives a contract: a stack of 1 MiB, and its data.
                memory_pages: 17,
            }),
            None => Err(CodeRefused {
                rule: 0,
                function: None,
                offset: None,
                text: "expected the code of a contract given to this engine".into(),
            }),
        }
    }

    fn run(&self, call: GuestCall, session: Box<Session>) -> (Box<Session>, GuestExit) {
        let entry = self.contracts.get(&call.code_hash).and_then(|c| c.entry(call.entry));
        let Some(entry) = entry else {
            let result = Err(HostError::Halt(HaltCode::NoEntryPoint));
            let gas_left = session.gas_left;
            return (session, GuestExit { gas_left, result });
        };
        let mut backend = SessionBackend::new(session);
        let result = entry(&mut backend).map_err(|exit| {
            exit.downcast().expect("the backend ends calls with its own errors only")
        });
        let session = backend.into_session();
        let gas_left = session.gas_left;
        (session, GuestExit { gas_left, result })
    }
}
