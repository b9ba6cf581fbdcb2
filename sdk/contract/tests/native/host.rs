//! A host of a few lines: instances over one memory store each, calls that are undone when they fail.

use std::collections::BTreeMap;
use tenor_sdk::abi::{CallContext, EntryPoint, Topics};
use tenor_sdk::primitives::{
    Address, ChainId, ContractFailure, HaltCode, Halted, Hash, PublicKey, Signature, Timestamp,
};
use tenor_sdk::storage::{Entry, KvRead, KvWrite, MemoryStore, Scan};
use tenor_sdk::{CallOutcome, HostBackend, HostExit, NativeContract};

/// How a call ended, as the host tells its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    Failed(ContractFailure),
    Halted(HaltCode),
    Panicked(String),
}

/// Event name, topics, data.
pub(crate) type Emitted = (String, Vec<Vec<u8>>, Vec<u8>);

/// All instances of one contract, and what they emitted.
#[derive(Clone)]
pub(crate) struct World {
    contract: NativeContract,
    pub(crate) stores: BTreeMap<Address, MemoryStore>,
    pub(crate) events: Vec<Emitted>,
}

impl World {
    pub(crate) fn of(contract: NativeContract) -> Self {
        Self { contract, stores: BTreeMap::new(), events: Vec::new() }
    }

    /// Runs one entry point; everything it did is undone unless it returns.
    pub(crate) fn run(
        &mut self,
        entry: EntryPoint,
        caller: Address,
        contract: Address,
        input: Vec<u8>,
    ) -> Result<Vec<u8>, Ended> {
        let before = (self.stores.clone(), self.events.clone());
        let function = self.contract.entry(entry).ok_or(Ended::Halted(HaltCode::NoEntryPoint))?;
        let mut call = Call { world: self, entry, caller, contract, input, output: Vec::new() };
        let ended = function(&mut call);
        let output = call.output;
        ended.map(|()| output).map_err(|exit| {
            (self.stores, self.events) = before;
            exit.downcast().expect("this host's own exit")
        })
    }
}

struct Call<'w> {
    world: &'w mut World,
    entry: EntryPoint,
    caller: Address,
    contract: Address,
    input: Vec<u8>,
    output: Vec<u8>,
}

impl Call<'_> {
    fn store(&mut self) -> &mut MemoryStore {
        self.world.stores.entry(self.contract).or_default()
    }

    fn may_write(&self) -> Result<(), HostExit> {
        match self.entry.writes() {
            true => Ok(()),
            false => Err(HostExit::new(Ended::Halted(HaltCode::WriteInQuery))),
        }
    }

    fn nested(&mut self, entry: EntryPoint, to: Address, payload: &[u8]) -> CallOutcome {
        match self.world.run(entry, self.contract, to, payload.to_vec()) {
            Ok(output) => CallOutcome::Returned(output),
            Err(Ended::Failed(failure)) => CallOutcome::Failed(failure),
            Err(Ended::Halted(code)) => CallOutcome::Halted(Halted { contract: to, code }),
            Err(Ended::Panicked(_)) => {
                CallOutcome::Halted(Halted { contract: to, code: HaltCode::Panicked })
            }
        }
    }
}

impl HostBackend for Call<'_> {
    fn input(&mut self) -> Result<Vec<u8>, HostExit> {
        Ok(self.input.clone())
    }

    fn output_set(&mut self, output: &[u8]) -> Result<(), HostExit> {
        self.output = output.to_vec();
        Ok(())
    }

    fn fail(&mut self, code: u32, details: &[u8]) -> HostExit {
        let (contract, details) = (self.contract, details.to_vec());
        HostExit::new(Ended::Failed(ContractFailure { contract, code, details }))
    }

    fn panic(&mut self, text: &str) -> HostExit {
        HostExit::new(Ended::Panicked(text.into()))
    }

    fn context(&mut self) -> Result<CallContext, HostExit> {
        Ok(CallContext {
            chain_id: ChainId::new("tenor-test").expect("a valid name"),
            block_height: 7,
            block_time: Timestamp::from_unix_ms(7_000),
            transaction_hash: Hash([7; 32]),
            caller: self.caller,
            contract: self.contract,
        })
    }

    fn storage_get(&mut self, namespace: u16, key: &[u8]) -> Result<Option<Vec<u8>>, HostExit> {
        let Ok(value) = self.store().get(namespace, key);
        Ok(value)
    }

    fn storage_set(&mut self, namespace: u16, key: &[u8], value: &[u8]) -> Result<(), HostExit> {
        self.may_write()?;
        let Ok(()) = self.store().set(namespace, key, value);
        Ok(())
    }

    fn storage_remove(&mut self, namespace: u16, key: &[u8]) -> Result<bool, HostExit> {
        self.may_write()?;
        let Ok(removed) = self.store().remove(namespace, key);
        Ok(removed)
    }

    fn storage_scan(&mut self, scan: &Scan<'_>) -> Result<Vec<Entry>, HostExit> {
        let Ok(entries) = self.store().scan(*scan);
        Ok(entries)
    }

    fn event_emit(&mut self, name: &str, topics: &Topics, data: &[u8]) -> Result<(), HostExit> {
        self.may_write()?;
        self.world.events.push((name.into(), topics.0.clone(), data.into()));
        Ok(())
    }

    fn call(&mut self, to: &Address, payload: &[u8], gas: u64) -> Result<CallOutcome, HostExit> {
        self.may_write()?;
        if gas == 0 {
            let (contract, code) = (*to, HaltCode::OutOfGas);
            return Ok(CallOutcome::Halted(Halted { contract, code }));
        }
        Ok(self.nested(EntryPoint::Execute, *to, payload))
    }

    fn query(&mut self, to: &Address, payload: &[u8], _gas: u64) -> Result<CallOutcome, HostExit> {
        Ok(self.nested(EntryPoint::Query, *to, payload))
    }

    fn keccak256(&mut self, bytes: &[u8]) -> Result<Hash, HostExit> {
        Ok(tenor_sdk::primitives::keccak256(bytes))
    }

    fn verify_signature(
        &mut self,
        digest: &Hash,
        _key: &PublicKey,
        signature: &Signature,
    ) -> Result<bool, HostExit> {
        Ok(signature.0[..32] == digest.0)
    }

    fn recover_key(
        &mut self,
        _digest: &Hash,
        _signature: &Signature,
        recovery_id: u8,
    ) -> Result<Option<PublicKey>, HostExit> {
        Ok((recovery_id < 4).then_some(PublicKey([recovery_id; 33])))
    }
}
