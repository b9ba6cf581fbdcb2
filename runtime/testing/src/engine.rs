//! Where a chain's contracts run.

use crate::NativeVm;
use std::collections::BTreeMap;
use std::sync::Arc;
use tenor_executor::{VerifiedTransaction, Vm};
use tenor_primitives::{ChainId, Timestamp};
use tenor_sdk::host::NativeContract;
use tenor_state::StateReader;

/// An engine and the code of each contract, by the contract's name.
#[derive(Clone)]
pub struct Engine {
    pub(crate) vm: Arc<dyn Vm>,
    pub(crate) codes: BTreeMap<String, Vec<u8>>,
    pub(crate) explain: Option<Explain>,
}

/// Says what a transaction did, by executing it again.
pub type Explain = fn(&Attempt) -> String;

/// A transaction that failed, with all it takes to execute it again.
#[derive(Clone)]
pub struct Attempt {
    /// The state before it.
    pub parent: Arc<dyn StateReader>,
    /// The ledger's name.
    pub chain_id: ChainId,
    /// The height of its block.
    pub height: u64,
    /// The time of its block.
    pub time: Timestamp,
    /// The transaction, which is the only one of its block.
    pub transaction: VerifiedTransaction,
}

impl Engine {
    /// Compiled modules on an engine of the caller's.
    pub fn new(vm: Arc<dyn Vm>, codes: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        Self { vm, codes: codes.into_iter().collect(), explain: None }
    }

    /// This engine, with `explain` for transactions that fail where a test does not expect it.
    #[must_use]
    pub fn explained_by(self, explain: Explain) -> Self {
        Self { explain: Some(explain), ..self }
    }

    /// Native functions.
    pub fn native(contracts: &[NativeContract]) -> Self {
        let mut vm = NativeVm::default();
        let code = |contract: &NativeContract| (contract.spec.name.into(), vm.add(*contract));
        let codes = contracts.iter().map(code).collect();
        Self { vm: Arc::new(vm), codes, explain: None }
    }
}
