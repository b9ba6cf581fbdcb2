//! Where a chain's contracts run.

use crate::NativeVm;
use std::collections::BTreeMap;
use std::sync::Arc;
use tenor_executor::Vm;
use tenor_sdk::host::NativeContract;

/// An engine and the code of each contract, by the contract's name.
#[derive(Clone)]
pub struct Engine {
    pub(crate) vm: Arc<dyn Vm>,
    pub(crate) codes: BTreeMap<String, Vec<u8>>,
}

impl Engine {
    /// Compiled modules on an engine of the caller's.
    pub fn new(vm: Arc<dyn Vm>, codes: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        Self { vm, codes: codes.into_iter().collect() }
    }

    /// Native functions.
    pub fn native(contracts: &[NativeContract]) -> Self {
        let mut vm = NativeVm::default();
        let code = |contract: &NativeContract| (contract.spec.name.into(), vm.add(*contract));
        let codes = contracts.iter().map(code).collect();
        Self { vm: Arc::new(vm), codes }
    }
}
