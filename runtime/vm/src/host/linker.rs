//! Binds every row of the host table.

use super::{HostState, calls, crypto, events, facts, storage};
use tenor_abi::host::{HostFunction, IMPORT_MODULE};
use wasmtime::{Engine, Linker, Result};

/// A linker with every host function.
pub(crate) fn linker(engine: &Engine) -> Result<Linker<HostState>> {
    let mut linker = Linker::new(engine);
    for function in HostFunction::ALL {
        bind(&mut linker, *function)?;
    }
    Ok(linker)
}

fn bind(linker: &mut Linker<HostState>, function: HostFunction) -> Result<()> {
    use HostFunction as F;
    let (module, name) = (IMPORT_MODULE, function.name());
    match function {
        F::InputRead => linker.func_wrap(module, name, facts::input_read),
        F::RegisterRead => linker.func_wrap(module, name, facts::register_read),
        F::OutputSet => linker.func_wrap(module, name, facts::output_set),
        F::Fail => linker.func_wrap(module, name, facts::fail),
        F::Panic => linker.func_wrap(module, name, facts::panic),
        F::ContextRead => linker.func_wrap(module, name, facts::context_read),
        F::StorageGet => linker.func_wrap(module, name, storage::storage_get),
        F::StorageSet => linker.func_wrap(module, name, storage::storage_set),
        F::StorageRemove => linker.func_wrap(module, name, storage::storage_remove),
        F::StorageScan => linker.func_wrap(module, name, storage::storage_scan),
        F::EventEmit => linker.func_wrap(module, name, events::event_emit),
        F::Call => linker.func_wrap(module, name, calls::call),
        F::Query => linker.func_wrap(module, name, calls::query),
        F::Keccak256 => linker.func_wrap(module, name, crypto::keccak256),
        F::VerifySignature => linker.func_wrap(module, name, crypto::verify_signature),
        F::RecoverKey => linker.func_wrap(module, name, crypto::recover_key),
    }?;
    Ok(())
}
