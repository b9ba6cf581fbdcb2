//! Compiling happens in a process of its own: what it costs, and how it ends, is not the node's.

use std::path::Path;
use std::time::{Duration, Instant};
use tenor_client::HttpClient;
use tenor_client::api::{ErrorCode, Problem, ReceiptView, Wait};
use tenor_client::keystore::dev_key;
use tenor_primitives::{
    Address, ChainId, KeyPolicy, Message, Parameters, Roles, SignatureEntry, Transaction,
    TransactionBody,
};
use tenor_tests::engine::compiled;
use tenor_tests::process::{NodeProcess, binary, heavy_module, tenor};
use tenor_vm::{CompileLimits, Compiler, NotAdmitted, VmConfig, WasmVm, Worker};

const WAIT: Wait = Wait::committed(Duration::from_secs(60));

/// A node with an operator and a deployer, whose compiler has these limits.
async fn node(limits: &str) -> NodeProcess {
    let account = |label: &str| format!("{label}={:?}={label}", dev_key(label).public_key());
    let (operator, deployer) = (account("operator"), account("deployer"));
    let mut node = NodeProcess::init_with(&[
        "--chain-id",
        NodeProcess::CHAIN_ID,
        "--account",
        &operator,
        "--account",
        &deployer,
    ]);
    node.configure(&format!("\n[compiler]\n{limits}\n"));
    node.start().await;
    node
}

async fn send(
    client: &HttpClient,
    sender: &str,
    lane: u8,
    message: Message,
) -> Result<ReceiptView, Problem> {
    let chain_id = ChainId::new(NodeProcess::CHAIN_ID).expect("a valid name");
    let address = Address::of_account(&chain_id, &Address::SYSTEM, sender);
    let nonce = client.account(&address).await.expect("known").next_nonce(lane);
    let time = client.status().await.expect("answers").time;
    let body = TransactionBody {
        version: TransactionBody::VERSION,
        chain_id,
        sender: address,
        lane,
        nonce,
        valid_until: time.checked_add_ms(3_600_000).expect("in range"),
        client_ref: None,
        gas_limit: Parameters::initial().limits.transaction_gas_max,
        messages: vec![message],
    };
    let (key, signature) = (dev_key(sender), dev_key(sender).sign(&body.hash()));
    let signatures = vec![SignatureEntry { public_key: key.public_key(), signature }];
    let answer = client.submit(&Transaction { body, signatures }, WAIT).await;
    let answer = answer.map_err(|error| error.problem().expect("a problem").clone())?;
    Ok(answer.receipt.expect("committed"))
}

async fn upload(client: HttpClient, lane: u8, code: Vec<u8>) -> Result<ReceiptView, Problem> {
    send(&client, "deployer", lane, Message::UploadCode { code }).await
}

fn open_account(label: String) -> Message {
    let policy = KeyPolicy::single(dev_key("operator").public_key());
    Message::CreateAccount { label, policy, roles: Roles::NONE }
}

/// The compile worker that the process `node` has now, if any.
fn worker_of(node: u32) -> Option<u32> {
    let processes = std::fs::read_dir("/proc").expect("a process table");
    processes.flatten().find_map(|entry| {
        let pid = entry.file_name().to_str()?.parse().ok()?;
        let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
        let parent = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?;
        let words = std::fs::read(entry.path().join("cmdline")).ok()?;
        let compiles = String::from_utf8_lossy(&words).contains("compile-worker");
        (parent == node.to_string() && compiles).then_some(pid)
    })
}

async fn killed_worker_of(node: u32) {
    let pid = loop {
        match worker_of(node) {
            Some(pid) => break pid,
            None => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    };
    let killed = std::process::Command::new("sh").args(["-c", &format!("kill -9 {pid}")]).status();
    assert!(killed.expect("kill runs").success());
}

fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.expect("a runtime").block_on(test);
}

#[test]
fn code_that_takes_too_long_is_not_let_in_and_the_node_goes_on_meanwhile() {
    run(async {
        let node = node("cpu_s_max = 1").await;
        let heavy = tokio::spawn(upload(node.client(), 0, heavy_module(0)));
        let (mut made, mut slowest) = (0, Duration::ZERO);
        while !heavy.is_finished() {
            let started = Instant::now();
            let opened = open_account(format!("a-{made}"));
            let receipt = send(&node.client(), "operator", 0, opened).await.expect("taken");
            assert!(receipt.is_success());
            (made, slowest) = (made + 1, slowest.max(started.elapsed()));
        }
        let problem = heavy.await.expect("runs").expect_err("not let in");
        assert_eq!(problem.code, ErrorCode::CodeNotCompiled, "{problem}");
        assert!(problem.retryable && problem.expected.is_some() && problem.got.is_some());
        assert!(made >= 5, "blocks were made meanwhile: {made}");
        println!("{made} transactions while it compiled, the slowest in {slowest:?}");
        // The transaction was never taken: its nonce is still the next one.
        let cash = compiled().remove("cash").expect("compiled");
        assert!(upload(node.client(), 0, cash).await.expect("taken").is_success());
    });
}

#[test]
fn a_killed_worker_is_no_verdict_on_the_code() {
    run(async {
        let node = node("cpu_s_max = 60\nwall_ms_max = 60000").await;
        for _ in 0..2 {
            let sent = tokio::spawn(upload(node.client(), 0, heavy_module(1)));
            // A worker each time: nothing was remembered.
            killed_worker_of(node.pid()).await;
            let problem = sent.await.expect("runs").expect_err("not let in");
            assert_eq!(problem.code, ErrorCode::CodeNotCompiled, "{problem}");
            assert!(problem.got.as_ref().is_some_and(|got| got.contains("signal: 9")), "{problem}");
        }
        let cash = compiled().remove("cash").expect("compiled");
        assert!(upload(node.client(), 0, cash).await.expect("taken").is_success());
    });
}

#[test]
fn code_that_breaks_a_rule_is_refused_before_it_reaches_a_block() {
    run(async {
        let node = node("cpu_s_max = 10").await;
        let problem = upload(node.client(), 0, b"nonsense".to_vec()).await.expect_err("refused");
        assert_eq!((problem.code, problem.retryable), (ErrorCode::CodeRefused, false));
        let cash = compiled().remove("cash").expect("compiled");
        assert!(upload(node.client(), 0, cash).await.expect("taken").is_success());
    });
}

fn engine(compiler: Compiler, directory: &Path) -> WasmVm {
    let artifact_directory = Some(directory.to_owned());
    WasmVm::new(VmConfig { compiler, artifact_directory, ..VmConfig::default() })
        .expect("an engine")
}

fn worker(limits: CompileLimits) -> Compiler {
    let arguments = vec!["compile-worker".into()];
    Compiler::Worker(Worker { program: binary(), arguments, limits })
}

/// The names and contents of a directory's files.
fn files(directory: &Path) -> Vec<(std::ffi::OsString, Vec<u8>)> {
    let entries = std::fs::read_dir(directory).expect("readable").flatten();
    let mut files: Vec<_> = entries
        .map(|entry| (entry.file_name(), std::fs::read(entry.path()).expect("readable")))
        .collect();
    files.sort();
    files
}

#[test]
fn a_worker_compiles_to_the_same_bytes_as_the_node_itself() {
    let folders = [(); 2].map(|()| tempfile::tempdir().expect("a folder"));
    let by_worker = engine(worker(CompileLimits::default()), folders[0].path());
    let in_process = engine(Compiler::InProcess, folders[1].path());
    let contracts = compiled();
    for (name, code) in &contracts {
        for vm in [&by_worker, &in_process] {
            vm.admit(code, &Parameters::initial())
                .unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
    let made = files(folders[0].path());
    assert_eq!(made.len(), contracts.len());
    assert!(made == files(folders[1].path()), "the artifacts differ");
}

/// An engine whose compiler has little more memory than an empty module takes.
fn engine_with_little_memory(directory: &Path) -> WasmVm {
    let engine = |memory_bytes_max| {
        let limits = CompileLimits { memory_bytes_max, cpu_s_max: 60, wall_ms_max: 120_000 };
        let artifact_directory = Some(directory.to_owned());
        let config =
            VmConfig { compiler: worker(limits), artifact_directory, ..VmConfig::default() };
        WasmVm::new(config).ok()
    };
    (4..64).find_map(|step| engine(step * (8 << 20))).expect("half a gigabyte is enough")
}

#[test]
fn memory_is_bounded_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let vm = engine_with_little_memory(folder.path());
    let refused = vm.admit(&heavy_module(2), &Parameters::initial()).expect_err("no memory");
    assert!(matches!(refused, NotAdmitted::Unfinished(_)), "{refused}");
    // An allocation that fails aborts the worker.
    assert!(refused.to_string().contains("signal: 6"), "{refused}");
    assert!(files(folder.path()).is_empty());
}

#[test]
fn contract_check_names_rule_function_and_offset_and_has_its_own_exit_codes() {
    let folder = tempfile::tempdir().expect("a folder");
    let check = |code: &[u8]| {
        let file = folder.path().join("module.wasm");
        std::fs::write(&file, code).expect("written");
        let output = tenor().args(["--json", "contract", "check"]).arg(file).output();
        let output = output.expect("the binary runs");
        let text = if output.status.success() { output.stdout } else { output.stderr };
        let json: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
        (output.status.code(), json)
    };
    let cash = compiled().remove("cash").expect("compiled");
    assert_eq!(check(&cash).0, Some(0));
    // A float in the first function, which is exported.
    let mut deep = heavy_module(3);
    let at = deep.windows(2).position(|pair| pair == [0x42, 3]).expect("a constant");
    deep[at] = 0x43; // f32.const
    let (code, json) = check(&deep);
    assert_eq!(code, Some(11), "{json}");
    let details = &json["error"]["details"];
    assert_eq!(details["rule_name"], "Float", "{json}");
    assert_eq!(details["function"], 0, "{json}");
    assert_eq!(details["function_name"], "execute", "{json}");
    assert_eq!(details["offset"].as_u64(), Some(at as u64), "{json}");
}
