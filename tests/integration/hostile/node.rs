//! What a node's caches, threads, language and clock must not change; the rest is tested beside the code.

use super::page::elsewhere;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use tenor_executor::SystemError;
use tenor_primitives::{HaltCode, Hash, Message, TransactionStatus};
use tenor_tests::engine::{self, with_stack};
use tenor_tests::hostile::{End, History, PLENTY, Row, Twin};
use tenor_tests::wasm::text::guest;
use tenor_vm::{Rule, VmConfig, WasmVm};

/// The group's rows of the page.
pub(super) fn rows() -> Vec<Row> {
    let same = "same root, gas, receipts";
    vec![
        elsewhere(
            "artifact truncated",
            "runtime/vm/src/artifact/store.rs::damaged_artifacts_are_refused_and_removed",
            "compiled anew",
        ),
        elsewhere(
            "artifact truncated",
            "runtime/vm/src/tests/cache.rs::damaged_artifacts_are_compiled_anew",
            same,
        ),
        elsewhere(
            "artifact from another CPU",
            "runtime/vm/src/artifact/store.rs::an_artifact_of_other_settings_is_refused",
            "compiled anew",
        ),
        elsewhere(
            "artifact from another CPU",
            "runtime/vm/src/artifact/key.rs::every_ingredient_changes_the_key",
            "another key",
        ),
        elsewhere(
            "artifact swapped between hashes",
            "runtime/vm/src/artifact/store.rs::an_artifact_under_another_name_is_refused",
            "compiled anew",
        ),
        elsewhere(
            "artifact swapped between hashes",
            "runtime/vm/src/tests/cache.rs::artifacts_swapped_between_contracts_are_compiled_anew",
            same,
        ),
        elsewhere(
            "kill during compile",
            "process::compile::a_killed_worker_is_no_verdict_on_the_code",
            "retryable `code_not_compiled`",
        ),
        elsewhere(
            "kill during commit",
            "process::kill::nothing_acknowledged_is_lost_by_kill_nine",
            "nothing is lost",
        ),
        elsewhere("cold against warm cache", "hostile::node::caches_change_nothing", same),
        elsewhere(
            "one against many threads",
            "hostile::node::a_long_log_is_the_same_everywhere",
            same,
        ),
        elsewhere(
            "different locale, time zone, backtrace variables",
            "hostile::node::a_long_log_is_the_same_everywhere",
            same,
        ),
        elsewhere(
            "pool exhausted waits instead of failing",
            "runtime/vm/src/tests/cache.rs::more_runs_than_slots_wait_instead_of_failing",
            "waits",
        ),
        elsewhere(
            "no memory, table or global survives from the previous user of a slot",
            "runtime/vm/src/tests/halts.rs::nothing_of_an_instance_survives_it",
            "a fresh instance",
        ),
        elsewhere(
            "gas and limits changed at a height",
            "hostile::node::prices_and_limits_change_at_a_height",
            same,
        ),
    ]
}

/// Loops, grows, recurses, stores and emits, as much as its input says.
const BUSY: &str = r#"
    (func $deep (param i32) (if (local.get 0) (then (call $deep (i32.sub (local.get 0) (i32.const 1))))))
    (func (export "execute") (local i32)
      (drop (call $input_read (i32.const 0) (i32.const 64)))
      (call $deep (i32.load16_u (i32.const 2)))
      (i32.store (i32.const 32) (memory.grow (i32.load8_u (i32.const 1))))
      (loop
        (i32.store8 (i32.const 16) (local.get 0))
        (call $storage_set (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 0) (i32.const 40))
        (local.set 0 (i32.add (local.get 0) (i32.const 1)))
        (br_if 0 (i32.lt_u (local.get 0) (i32.load8_u (i32.const 0)))))
      (call $event_emit (i32.const 48) (i32.const 4) (i32.const 56) (i32.const 4) (i32.const 0) (i32.const 8))
      (call $output_set (i32.const 32) (i32.const 4)))
    (data (i32.const 48) "busy")"#;

/// `BUSY`'s input: turns, pages, levels.
fn busy(turns: u8, pages: u8, levels: u16) -> Vec<u8> {
    [&[turns, pages][..], &levels.to_le_bytes(), &[0; 12]].concat()
}

fn fresh() -> Arc<WasmVm> {
    Arc::new(WasmVm::new(VmConfig::default()).expect("an engine"))
}

#[test]
fn prices_and_limits_change_at_a_height() {
    with_stack(|| {
        let mut twin = Twin::default();
        let contract = twin.deploy("busy", &guest(BUSY));
        let old = twin.parameters();
        let mut new = old.clone();
        new.gas.op_simple += 3;
        new.gas.op_memory += 1;
        new.gas.memory_page += 1_000;
        new.gas.call.base += 500;
        new.gas.storage_set.per_byte += 7;
        new.limits.memory_pages_max = 64;
        new.limits.stack_bytes_max = 64 << 10;
        new.limits.events_max = 1;
        new.limits.code_bytes_max = 100_000;
        let activation_height = twin.height() + 4;
        let parameters = Box::new(new.clone());
        let scheduled =
            twin.send("operator", Message::ScheduleParameters { parameters, activation_height });
        assert!(scheduled.is_success(), "{scheduled:?}");
        // Many pages, much stack: both are there before, and less of both afterwards.
        let calls = [busy(3, 100, 10), busy(3, 1, 800), busy(9, 0, 0)];
        let mut rounds = Vec::new();
        for _ in 0..2 {
            let transactions = calls
                .iter()
                .map(|call| {
                    twin.transaction(
                        "participant",
                        100_000_000,
                        vec![super::execute(contract, call)],
                    )
                })
                .collect();
            let before = twin.height() + 1 < activation_height;
            let receipts = twin.block(transactions);
            let expected = if before { &old } else { &new };
            assert_eq!(twin.parameters().hash(), expected.hash());
            let header = &twin.blocks().last().expect("a block").header;
            assert_eq!(header.parameters_hash, expected.hash());
            rounds.push(receipts);
            twin.block(Vec::new());
        }
        let [old_round, new_round] = &rounds[..] else { panic!("two rounds") };
        assert_eq!(old_round[0].outputs, [2_i32.to_le_bytes()]);
        assert_eq!(new_round[0].outputs, [(-1_i32).to_le_bytes()], "no more than 64 pages");
        assert_eq!(End::of(&old_round[1]), End::Harmless);
        assert_eq!(End::of(&new_round[1]), End::Halted(HaltCode::StackExhausted));
        assert!(new_round[2].gas_used > old_round[2].gas_used);
        // Code that fitted before does not any more.
        let code = vec![0; 100_001];
        let refused = twin.fails("deployer", PLENTY, Message::UploadCode { code });
        let rule = Rule::CodeSize.code();
        let TransactionStatus::Reverted { failure, .. } = &refused.status else {
            panic!("{refused:?}")
        };
        assert_eq!(SystemError::from_failure(failure), Some(SystemError::CodeRefused { rule }));
        // From genesis, with nothing compiled.
        let history = twin.history();
        let expected = twin.blocks().last().expect("a block").header.id();
        assert_eq!(history.replay(fresh()), expected);
    });
}

#[test]
fn caches_change_nothing() {
    let directory = tempfile::tempdir().expect("a folder");
    with_stack(|| {
        let history = a_log(600, 60);
        let expected = history.blocks.last().expect("blocks").header.id();
        let artifact_directory = Some(directory.path().to_owned());
        let warm = VmConfig { artifact_directory, ..VmConfig::default() };
        let small = VmConfig { loaded_modules_max: 1, concurrent_runs_max: 1, ..warm.clone() };
        for config in [VmConfig::default(), warm.clone(), warm, small] {
            let vm = Arc::new(WasmVm::new(config).expect("an engine"));
            assert_eq!(history.replay(vm.clone()), expected);
            assert_eq!(history.replay(vm), expected, "warm");
        }
    });
}

/// A log of transactions of all kinds, in blocks of `per_block`.
fn a_log(transactions: u32, per_block: u32) -> History {
    let mut twin = Twin::default();
    let busy_one = twin.deploy("busy", &guest(BUSY));
    let counter = engine::compiled().remove("counter").expect("compiled");
    let limit =
        borsh::to_vec(&tenor_example_counter::InstantiateMsg { limit: u64::MAX }).expect("encodes");
    let counters = [(); 2].map(|()| twin.deploy_with("counter", &counter, &limit));
    let count = |message| super::execute(counters[0], &borsh::to_vec(&message).expect("encodes"));
    let mut sent = 0;
    while sent < transactions {
        let block = (0..per_block)
            .map(|_| {
                sent += 1;
                let byte = u8::try_from(sent % 251).expect("small");
                let message = match sent % 8 {
                    0 => super::execute(busy_one, &busy(1 + byte % 4, byte % 8, u16::from(byte))),
                    // Ends in the middle of a loop, in a recursion, and at once.
                    1 => super::execute(busy_one, &busy(255, 0, 0)),
                    2 => super::execute(busy_one, &busy(1, 0, 60_000)),
                    3 => super::execute(counters[1], &[9]),
                    4 | 5 => {
                        count(tenor_example_counter::ExecuteMsg::Forward { to: counters[1], by: 1 })
                    }
                    _ => count(tenor_example_counter::ExecuteMsg::Increment {
                        by: u64::from(byte) + 1,
                    }),
                };
                twin.transaction("participant", 1_500_000, vec![message])
            })
            .collect();
        let receipts = twin.block(block);
        assert!(receipts.iter().any(|receipt| !receipt.is_success()));
        assert!(receipts.iter().any(tenor_primitives::Receipt::is_success));
    }
    twin.history()
}

/// Transactions of the long log: `TENOR_LOG_TRANSACTIONS`.
fn long_log() -> u32 {
    match std::env::var("TENOR_LOG_TRANSACTIONS") {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("TENOR_LOG_TRANSACTIONS: got {text:?}")),
        Err(_) => 20_000,
    }
}

/// Names the folder with the log to a process that replays it.
const LOG: &str = "TENOR_REPLAYED_LOG";
/// How many threads replay the log at once, on one engine.
const THREADS: &str = "TENOR_REPLAY_THREADS";
/// Says that compiled modules are kept beside the log: the first process finds none, the next ones do.
const CACHED: &str = "TENOR_REPLAY_CACHED";

#[test]
fn a_long_log_is_the_same_everywhere() {
    let directory = tempfile::tempdir().expect("a folder");
    let expected = with_stack(|| {
        let history = a_log(long_log(), 1_000);
        assert!(history.transactions() >= long_log() as usize);
        let log = borsh::to_vec(&history).expect("encodes");
        std::fs::write(directory.path().join("log"), log).expect("written");
        history.blocks.last().expect("blocks").header.id()
    });
    let environments: [&[(&str, &str)]; 4] = [
        &[
            (THREADS, "1"),
            ("RAYON_NUM_THREADS", "1"),
            ("LC_ALL", "C"),
            ("TZ", "UTC"),
            ("RUST_BACKTRACE", "0"),
        ],
        &[
            (THREADS, "2"),
            ("RAYON_NUM_THREADS", "2"),
            (CACHED, "cold"),
            ("LC_ALL", "de_DE.UTF-8"),
            ("LANG", "de_DE.UTF-8"),
            ("TZ", "Asia/Tokyo"),
        ],
        &[
            (THREADS, "1"),
            (CACHED, "warm"),
            ("LC_ALL", "tr_TR.UTF-8"),
            ("TZ", "America/St_Johns"),
            ("RUST_BACKTRACE", "full"),
            ("WASMTIME_BACKTRACE_DETAILS", "1"),
        ],
        &[
            (THREADS, "2"),
            (CACHED, "warm"),
            ("LANG", "ar_EG"),
            ("TZ", ":/nonsense"),
            ("RUST_LOG", "trace"),
            ("RUST_MIN_STACK", "1048576"),
        ],
    ];
    for environment in environments {
        assert_eq!(replayed(directory.path(), environment), expected, "{environment:?}");
    }
    let modules = artifacts(directory.path());
    assert_eq!(modules.read_dir().expect("a folder").count(), 2, "both modules were kept");
}

/// Where compiled modules are kept beside a log.
fn artifacts(log: &Path) -> PathBuf {
    log.join("artifacts")
}

/// The last block's identity after a replay in a process with that environment alone.
fn replayed(log: &Path, environment: &[(&str, &str)]) -> Hash {
    let output = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "hostile::node::replays_the_log_it_is_given", "--ignored", "--nocapture"])
        .env_clear()
        .env(LOG, log)
        .envs(environment.iter().copied())
        .output()
        .expect("this program runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    let line = text.lines().find_map(|line| line.strip_prefix("replayed to "));
    let bytes = hex::decode(line.unwrap_or_else(|| panic!("no answer in {text}"))).expect("hex");
    Hash(bytes.try_into().expect("32 bytes"))
}

/// The other side of [`replayed`].
#[test]
#[ignore = "started by a_long_log_is_the_same_everywhere, which names the log"]
fn replays_the_log_it_is_given() {
    let folder = std::env::var_os(LOG).map(PathBuf::from);
    let folder = folder.expect("the test that starts this names a folder");
    let log = std::fs::read(folder.join("log")).expect("readable");
    let history: History = borsh::from_slice(&log).expect("a history");
    let artifact_directory = std::env::var_os(CACHED).map(|_| artifacts(&folder));
    let config = VmConfig { artifact_directory, ..VmConfig::default() };
    let vm = Arc::new(WasmVm::new(config).expect("an engine"));
    let threads: usize =
        std::env::var(THREADS).ok().and_then(|n| n.parse().ok()).expect("a number");
    let identities: Vec<Hash> = std::thread::scope(|scope| {
        let replay = || with_stack(|| history.replay(vm.clone()));
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(replay)).collect();
        threads.into_iter().map(|thread| thread.join().expect("agrees")).collect()
    });
    assert!(identities.iter().all(|identity| *identity == identities[0]), "{identities:?}");
    println!("\nreplayed to {}", hex::encode(identities[0].0));
}
