//! The production engine with the contracts compiled from this repository.

use crate::{story, workspace};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use tenor_abi::spec;
use tenor_testing::Engine;
use tenor_vm::{VmConfig, WasmVm};

/// The folder of the compiled contracts: `TENOR_CONTRACTS`, or where `make contracts` puts them.
pub fn contracts_folder() -> PathBuf {
    match std::env::var_os("TENOR_CONTRACTS").filter(|folder| !folder.is_empty()) {
        Some(folder) => folder.into(),
        None => workspace::target_folder().join("contracts/wasm"),
    }
}

/// Every compiled contract, by the name in its spec.
///
/// # Panics
/// If there is none: `make contracts` compiles them.
pub fn compiled() -> BTreeMap<String, Vec<u8>> {
    let folder = contracts_folder();
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| {
        panic!("no compiled contracts in {}: {error}; run `make contracts`", folder.display())
    });
    let paths = entries.map(|entry| entry.expect("a readable entry").path());
    let modules = paths.filter(|path| path.extension().is_some_and(|e| e == "wasm"));
    let named: BTreeMap<String, Vec<u8>> = modules
        .map(|path| std::fs::read(&path).expect("a readable module"))
        .filter_map(|wasm| Some((spec_of(&wasm)?.name, wasm)))
        .collect();
    assert!(!named.is_empty(), "no contracts in {}; run `make contracts`", folder.display());
    named
}

/// The spec in a module's custom section.
pub fn spec_of(wasm: &[u8]) -> Option<spec::ContractSpec> {
    let mut payloads = wasmparser::Parser::new(0).parse_all(wasm).filter_map(Result::ok);
    payloads.find_map(|payload| match payload {
        wasmparser::Payload::CustomSection(section) if section.name() == spec::SECTION => {
            spec::decode(section.data()).ok()
        }
        _ => None,
    })
}

/// One engine for all tests of a process: setting one up reserves much address space.
static VM: LazyLock<Arc<WasmVm>> =
    LazyLock::new(|| Arc::new(WasmVm::new(VmConfig::default()).expect("the engine starts")));

/// The production engine, for contracts of the caller's.
pub fn vm() -> Arc<WasmVm> {
    VM.clone()
}

/// The production engine with these contracts alone. What fails where a test does not expect it is
/// shown step by step.
///
/// # Panics
/// If one of them is not compiled: `make contracts` compiles them.
pub fn wasm_of(names: &[&str]) -> Engine {
    let mut compiled = compiled();
    let code = |name: &&str| {
        let code = compiled.remove(*name);
        let code = code.unwrap_or_else(|| panic!("{name} is not compiled; run `make contracts`"));
        ((*name).to_owned(), code)
    };
    let engine = Engine::new(VM.clone(), names.iter().map(code).collect::<Vec<_>>());
    engine.explained_by(story::of)
}

/// Runs `work` with the native stack that guests need.
///
/// # Panics
/// If `work` does.
pub fn with_stack<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(tenor_vm::THREAD_STACK_BYTES);
        let running = thread.spawn_scoped(scope, work).expect("a thread starts");
        running.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}
