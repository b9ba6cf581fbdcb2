//! Loaded modules and compiled ones on disk change nothing but time.

use super::Ledger;
use super::guests::both;
use crate::{CompileLimits, Compiler, VmConfig, VmError, WasmVm, Worker};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tenor_executor::QueryError;
use tenor_primitives::{Address, Parameters, Receipt};

fn config(directory: Option<&Path>) -> VmConfig {
    VmConfig { artifact_directory: directory.map(Path::to_owned), ..VmConfig::default() }
}

/// A contract that does a bit of everything.
fn sample() -> Vec<u8> {
    both(
        "(drop (call $storage_get (i32.const 7) (i32.const 0) (i32.const 1)
                                  (i32.const 9) (i32.const 9)))
         (drop (memory.grow (i32.const 1)))
         (call $output_set (i32.const 0)
           (call $input_read (i32.const 0) (i32.const 100)))",
    )
}

fn receipts(ledger: &mut Ledger, contract: Address) -> Vec<Receipt> {
    (0..3).map(|turn| ledger.execute(contract, &[turn])).collect()
}

#[test]
fn cold_warm_and_restarted_engines_agree() {
    let directory = tempfile::tempdir().expect("a directory");
    let run = |config: VmConfig, fresh_each_time: bool| {
        let mut ledger = Ledger::with(config.clone(), Parameters::initial());
        let contract = ledger.deploy("sample", &sample());
        let mut all = Vec::new();
        for _ in 0..3 {
            if fresh_each_time {
                ledger.vm = Arc::new(WasmVm::new(config.clone()).expect("an engine"));
            }
            all.extend(receipts(&mut ledger, contract));
        }
        (all, ledger.values)
    };
    let warm = run(config(None), false);
    assert_eq!(warm, run(config(None), true));
    assert_eq!(warm, run(config(Some(directory.path())), false));
    assert_eq!(warm, run(config(Some(directory.path())), true));
    let small = VmConfig { loaded_modules_max: 0, ..config(None) };
    assert_eq!(warm, run(small, false));
}

/// The files of a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("readable");
    entries.map(|entry| entry.expect("readable").path()).collect()
}

#[test]
fn damaged_artifacts_are_compiled_anew() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut ledger = Ledger::with(config(Some(directory.path())), Parameters::initial());
    let contract = ledger.deploy("sample", &sample());
    let good = ledger.query(contract, b"x", 1_000_000).expect("answers");
    let [artifact] = files(directory.path()).try_into().expect("one artifact");
    let bytes = std::fs::read(&artifact).expect("readable");
    for damaged in [&bytes[..bytes.len() / 2], b"", b"something else altogether"] {
        std::fs::write(&artifact, damaged).expect("writable");
        ledger.vm = Arc::new(WasmVm::new(config(Some(directory.path()))).expect("an engine"));
        assert_eq!(ledger.query(contract, b"x", 1_000_000).expect("answers"), good);
        // Compilation is deterministic: the artifact is as it was.
        assert_eq!(std::fs::read(&artifact).expect("readable"), bytes);
    }
}

#[test]
fn artifacts_swapped_between_contracts_are_compiled_anew() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut ledger = Ledger::with(config(Some(directory.path())), Parameters::initial());
    let codes = [("sample", sample()), ("nothing", both("nop"))];
    let contracts = codes.map(|(label, code)| ledger.deploy(label, &code));
    let answers =
        |ledger: &Ledger| contracts.map(|c| ledger.query(c, b"x", 1_000_000).expect("answers"));
    let good = answers(&ledger);
    assert_ne!(good[0], good[1]);
    let artifacts: [PathBuf; 2] = files(directory.path()).try_into().expect("two artifacts");
    let bytes = || artifacts.each_ref().map(|artifact| std::fs::read(artifact).expect("readable"));
    let before = bytes();
    for (artifact, other) in artifacts.iter().zip(before.iter().rev()) {
        std::fs::write(artifact, other).expect("writable");
    }
    ledger.vm = Arc::new(WasmVm::new(config(Some(directory.path()))).expect("an engine"));
    assert_eq!(answers(&ledger), good);
    assert_eq!(bytes(), before);
}

#[test]
fn admitted_code_is_compiled_before_its_first_call_and_takes_no_room_among_what_is_loaded() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut ledger = Ledger::with(config(Some(directory.path())), Parameters::initial());
    let parameters = Parameters::initial();
    for _ in 0..2 {
        let report = ledger.vm.admit(&sample(), &parameters).expect("taken");
        assert!(!report.migrates);
        assert_eq!(ledger.vm.loaded_count(), 0);
    }
    ledger.vm.admit(b"nonsense", &parameters).expect_err("refused");
    let [admitted] = files(directory.path()).try_into().expect("one artifact");
    let contract = ledger.deploy("sample", &sample());
    ledger.query(contract, b"x", 1_000_000).expect("answers");
    assert_eq!(ledger.vm.loaded_count(), 1);
    assert_eq!(files(directory.path()), [admitted], "the first call found what was compiled");
}

/// Two bytes of data at both ends of 4 MiB.
const SPARSE: &str = r#"(module (memory (export "memory") 64)
    (data (i32.const 0) "\01") (data (i32.const 4194303) "\02")
    (func (export "instantiate"))
    (func (export "execute"))
    (func (export "query")
        (if (i32.or
                (i32.ne (i32.load8_u (i32.const 0)) (i32.const 1))
                (i32.ne (i32.load8_u (i32.const 4194303)) (i32.const 2)))
            (then unreachable))
        (i32.store8 (i32.const 4194303) (i32.const 7))
        (i32.store (i32.const 2097152) (i32.const 7))))"#;

#[test]
fn data_far_apart_makes_no_image_of_what_lies_between() {
    let mut ledger = Ledger::with(config(None), Parameters::initial());
    let code = wat::parse_str(SPARSE).expect("a module");
    let contract = ledger.deploy("sparse", &code);
    // A second one finds the slot as the first did.
    for _ in 0..2 {
        ledger.query(contract, b"", 10_000_000).expect("finds its data");
    }
    assert!(ledger.vm.loaded_bytes() < 256 << 10, "{}", ledger.vm.loaded_bytes());
}

#[test]
fn a_missing_compile_worker_is_named_at_the_start() {
    let program = PathBuf::from("/nowhere/tenor");
    let worker = Worker { program, arguments: Vec::new(), limits: CompileLimits::default() };
    let config = VmConfig { compiler: Compiler::Worker(worker), ..config(None) };
    let Err(error) = WasmVm::new(config) else { panic!("no engine without a compiler") };
    assert!(matches!(error, VmError::Compiler(_)), "{error}");
    assert!(error.to_string().contains("/nowhere/tenor did not start"), "{error}");
}

#[test]
fn loaded_modules_are_bounded() {
    let all = config(None);
    let few = VmConfig { loaded_modules_max: 2, ..all.clone() };
    // Smaller than any: the one in use stays.
    let small = VmConfig { loaded_modules_bytes_max: 1, ..all.clone() };
    for (config, most) in [(all, 4), (few, 2), (small, 1)] {
        let mut ledger = Ledger::with(config, Parameters::initial());
        let contracts = ["nop", "nop nop", "nop nop nop", "nop nop nop nop"]
            .map(|body| ledger.deploy(&body.replace(' ', "-"), &both(body)));
        for contract in contracts.iter().cycle().take(12) {
            ledger.query(*contract, b"", 1_000_000).expect("answers");
            assert!(ledger.vm.loaded_count() <= most);
        }
        assert_eq!(ledger.vm.loaded_count(), most);
    }
}

#[test]
fn more_runs_than_slots_wait_instead_of_failing() {
    let mut ledger = Ledger::with(
        VmConfig { concurrent_runs_max: 1, call_depth_max: 16, ..config(None) },
        Parameters::initial(),
    );
    let contract = ledger.deploy(
        "busy",
        &both(
            "(local i32)
        (loop (local.set 0 (i32.add (local.get 0) (i32.const 1)))
              (br_if 0 (i32.lt_u (local.get 0) (i32.const 10000))))",
        ),
    );
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                for _ in 0..20 {
                    ledger.query(contract, b"", 1_000_000).expect("waits and answers");
                }
            });
        }
    });
}

#[test]
fn parameters_beyond_the_engine_stop_the_node() {
    let mut ledger = Ledger::new();
    let contract = ledger.deploy("sample", &sample());
    let shallow = VmConfig { call_depth_max: 8, ..config(None) };
    ledger.vm = Arc::new(WasmVm::new(shallow).expect("an engine"));
    let error = ledger.query(contract, b"", 1_000_000).expect_err("no room");
    assert!(matches!(error, QueryError::Fatal(_)), "{error}");
}
