//! The yardstick of engine figures: a bare pooled wasmtime call. A new instance from the pool, one
//! call of an empty function, the instance dropped; no metering, no host, no state.

use wasmtime::{
    Config, Engine, InstanceAllocationStrategy, InstancePre, Linker, Module,
    PoolingAllocationConfig, Store,
};

/// `(module (memory (export "memory") 17) (func (export "run")))`: as many pages as a Rust contract
/// starts with.
const EMPTY: &[u8] = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x05\x03\x01\0\x11\
\x07\x10\x02\x06memory\x02\0\x03run\0\0\x0a\x04\x01\x02\0\x0b";

/// A module ready to be instantiated.
pub struct Bare {
    engine: Engine,
    instance: InstancePre<()>,
}

impl Bare {
    /// Sets up an engine of its own.
    ///
    /// # Panics
    /// If the machine cannot give the address space.
    pub fn new() -> Self {
        let mut pool = PoolingAllocationConfig::new();
        pool.total_core_instances(8).total_memories(8).total_tables(8);
        let mut config = Config::new();
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
        let engine = Engine::new(&config).expect("an engine");
        let module = Module::from_binary(&engine, EMPTY).expect("the module above");
        let instance = Linker::new(&engine).instantiate_pre(&module).expect("no imports");
        Self { engine, instance }
    }

    /// One instance, one call.
    ///
    /// # Panics
    /// If it traps, which it does not.
    pub fn call(&self) {
        let mut store = Store::new(&self.engine, ());
        let instance = self.instance.instantiate(&mut store).expect("instantiates");
        let run = instance.get_typed_func::<(), ()>(&mut store, "run").expect("the export");
        run.call(&mut store, ()).expect("returns");
    }
}

impl Default for Bare {
    fn default() -> Self {
        Self::new()
    }
}
