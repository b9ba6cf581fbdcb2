//! A compiled module, ready to be instantiated.

use crate::host::HostState;
use crate::instrument::{GAS_EXPORT, GUEST_PREFIX, MEMORY_EXPORT, STACK_EXPORT};
use tenor_abi::EntryPoint;
use wasmtime::{Extern, Func, Global, Instance, InstancePre, Linker, Memory, ModuleExport};
use wasmtime::{Module, StoreContextMut};

/// A loaded contract: everything that can be resolved once is.
pub(crate) struct Contract {
    /// Of its compiled code, data and tables in memory.
    pub(crate) image_bytes: usize,
    pub(crate) instance: InstancePre<HostState>,
    gas: ModuleExport,
    stack: ModuleExport,
    memory: ModuleExport,
    instantiate: Option<ModuleExport>,
    execute: Option<ModuleExport>,
    query: Option<ModuleExport>,
    migrate: Option<ModuleExport>,
}

/// What the host uses of an instance.
#[derive(Clone, Copy)]
pub(crate) struct Handles {
    pub(crate) gas: Global,
    pub(crate) stack: Global,
    pub(crate) memory: Memory,
}

impl Contract {
    /// Links `module`; an error is a defect of instrumentation or of the linker.
    pub(crate) fn link(linker: &Linker<HostState>, module: &Module) -> wasmtime::Result<Self> {
        let own = |name: &str| {
            module
                .get_export_index(name)
                .ok_or_else(|| wasmtime::Error::msg(format!("no export {name}")))
        };
        let entry = |entry: EntryPoint| {
            module.get_export_index(&format!("{GUEST_PREFIX}{}", entry.export()))
        };
        let image = module.image_range();
        Ok(Self {
            image_bytes: image.end.addr().saturating_sub(image.start.addr()),
            instance: linker.instantiate_pre(module)?,
            gas: own(GAS_EXPORT)?,
            stack: own(STACK_EXPORT)?,
            memory: own(MEMORY_EXPORT)?,
            instantiate: entry(EntryPoint::Instantiate),
            execute: entry(EntryPoint::Execute),
            query: entry(EntryPoint::Query),
            migrate: entry(EntryPoint::Migrate),
        })
    }

    /// The export of `entry`, if the contract has it.
    pub(crate) fn entry(&self, entry: EntryPoint) -> Option<&ModuleExport> {
        match entry {
            EntryPoint::Instantiate => self.instantiate.as_ref(),
            EntryPoint::Execute => self.execute.as_ref(),
            EntryPoint::Query => self.query.as_ref(),
            EntryPoint::Migrate => self.migrate.as_ref(),
        }
    }

    /// The handles of `instance`, which was made from this contract.
    pub(crate) fn handles(
        &self,
        instance: &Instance,
        mut store: StoreContextMut<'_, HostState>,
    ) -> Option<Handles> {
        let gas = instance.get_module_export(&mut store, &self.gas)?.into_global()?;
        let stack = instance.get_module_export(&mut store, &self.stack)?.into_global()?;
        let memory = instance.get_module_export(&mut store, &self.memory)?.into_memory()?;
        Some(Handles { gas, stack, memory })
    }

    /// The function behind `export`.
    pub(crate) fn function(
        &self,
        instance: &Instance,
        store: StoreContextMut<'_, HostState>,
        export: &ModuleExport,
    ) -> Option<Func> {
        instance.get_module_export(store, export).and_then(Extern::into_func)
    }
}
