//! The wasmtime engines: every setting that matters is written down, none is left to a default that
//! a new version may move.

use crate::config::{
    MEMORY_PAGES_MAX, NATIVE_PER_LOGICAL, Purpose, STACK_BYTES_MAX, TABLE_ELEMENTS_MAX, VmConfig,
};
use crate::validate::FEATURES;
use std::num::NonZeroUsize;
use wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig,
    Strategy, WasmBacktraceDetails, WasmFeatures,
};

/// Bytes of a WebAssembly page.
const PAGE_BYTES: usize = 64 << 10;
/// Bytes of a guest's memory that are cleared in place when an instance ends, rather than given
/// back to the system and faulted in again. Where the kernel tells which pages were written, only
/// those are cleared and the bound may be large.
const RESIDENT_BYTES: usize = 1 << 20;
/// The same where the kernel does not tell: all of it is cleared, from the lowest address.
const RESIDENT_BYTES_UNSCANNED: usize = 128 << 10;
/// The largest image of a memory that is made whatever lies in it. Above that, data that fills less
/// than half of the stretch it lies in is copied segment by segment into each instance, so that two
/// bytes far apart do not make an image of all the nothing between them. No contract compiled from
/// Rust has data that sparse.
pub(crate) const SPARSE_IMAGE_BYTES_MAX: u64 = 64 << 10;
/// Frames of a trace's backtrace: deeper ones say what the nearest already did.
const PLACES_MAX: usize = 64;

/// Builds an engine that runs.
///
/// # Errors
/// When the machine cannot give the address space or refuses a setting.
pub fn build(settings: &VmConfig) -> wasmtime::Result<Engine> {
    let mut config = compilation(settings.purpose);
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(settings)));
    Engine::new(&config)
}

/// Builds an engine that only compiles, for engines of that purpose: it reserves no address space.
///
/// # Errors
/// When the machine refuses a setting.
pub(crate) fn for_compiling(purpose: Purpose) -> wasmtime::Result<Engine> {
    let mut config = compilation(purpose);
    config.allocation_strategy(InstanceAllocationStrategy::OnDemand);
    Engine::new(&config)
}

/// Everything that compiled code depends on.
fn compilation(purpose: Purpose) -> Config {
    let mut config = Config::new();
    config.wasm_features(WasmFeatures::all(), false);
    config.wasm_features(FEATURES, true);
    config
        .strategy(Strategy::Cranelift)
        .cranelift_opt_level(OptLevel::Speed)
        // No float ever gets here; if one did, it would still be deterministic.
        .cranelift_nan_canonicalization(true)
        .consume_fuel(false)
        .epoch_interruption(purpose != Purpose::Blocks)
        .concurrency_support(false)
        // A backstop only: the logical stack ends first. The second figure is for a kind of call
        // that is not used, and only has to be larger.
        .max_wasm_stack(NATIVE_PER_LOGICAL * STACK_BYTES_MAX as usize)
        .async_stack_size(2 * NATIVE_PER_LOGICAL * STACK_BYTES_MAX as usize)
        // Reservation and guards that make bounds checks vanish.
        .memory_reservation(4 << 30)
        .memory_guard_size(32 << 20)
        .memory_may_move(false)
        .memory_init_cow(true)
        .memory_guaranteed_dense_image_size(SPARSE_IMAGE_BYTES_MAX)
        .signals_based_traps(true)
        .table_lazy_init(true)
        // Traces come from another engine that runs the call again.
        .wasm_backtrace_max_frames(places_max(purpose))
        // Else a variable of the environment would decide, and a node's engine would not take what
        // its worker, which gets none of them, compiles.
        .wasm_backtrace_details(WasmBacktraceDetails::Disable)
        .native_unwind_info(false)
        .generate_address_map(purpose == Purpose::Traces)
        .debug_info(false);
    config
}

/// How many frames of a stopped guest are looked at.
fn places_max(purpose: Purpose) -> Option<NonZeroUsize> {
    match purpose {
        Purpose::Traces => NonZeroUsize::new(PLACES_MAX),
        Purpose::Blocks | Purpose::Requests => None,
    }
}

fn pool(settings: &VmConfig) -> PoolingAllocationConfig {
    let scan = PoolingAllocationConfig::is_pagemap_scan_available();
    let (scan, resident) = match scan {
        true => (Enabled::Yes, RESIDENT_BYTES),
        false => (Enabled::No, RESIDENT_BYTES_UNSCANNED),
    };
    let slots = settings.concurrent_runs_max.saturating_mul(settings.call_depth_max);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_core_instances(slots)
        .total_memories(slots)
        .total_tables(slots)
        .max_memories_per_module(1)
        .max_tables_per_module(1)
        .max_core_instance_size(4 << 20)
        .max_memory_size(MEMORY_PAGES_MAX as usize * PAGE_BYTES)
        .table_elements(TABLE_ELEMENTS_MAX as usize)
        .pagemap_scan(scan)
        .linear_memory_keep_resident(resident)
        .table_keep_resident(TABLE_ELEMENTS_MAX as usize);
    pool
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::artifact::Compatibility;

    #[test]
    fn what_compiles_makes_code_for_what_runs_of_the_same_purpose_only() {
        let running = |purpose| {
            let settings = VmConfig { purpose, ..VmConfig::default() };
            Compatibility::of(&build(&settings).expect("an engine"))
        };
        let compiling =
            |purpose| Compatibility::of(&for_compiling(purpose).expect("a compiling engine"));
        for purpose in [Purpose::Blocks, Purpose::Requests, Purpose::Traces] {
            assert_eq!(running(purpose), compiling(purpose));
        }
        assert_ne!(compiling(Purpose::Requests), compiling(Purpose::Traces));
        assert_ne!(compiling(Purpose::Blocks), compiling(Purpose::Requests));
    }
}
