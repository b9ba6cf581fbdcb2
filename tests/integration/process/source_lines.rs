//! From a contract's source to the line where it was stopped: the real compiler, the real node.

use super::dev::Dev;
use super::shell::Shell;
use serde_json::Value;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tenor_primitives::keccak256;
use tenor_tests::process::tenor;
use tenor_tests::workspace;
use tenor_vm::debug::DebugFile;
use wasmparser::{Parser, Payload};

/// A contract of somebody else's, outside of any workspace.
const SOURCE: &str = r#"//! A contract with two bugs.
#![cfg_attr(target_arch = "wasm32", no_std)]

use tenor_sdk::prelude::*;

/// Nothing.
#[derive(Clone, Debug, BorshSerialize, BorshDeserialize, Schema)]
pub struct InstantiateMsg {}

/// The functions that fail.
#[derive(Clone, Debug, BorshSerialize, BorshDeserialize, Functions)]
#[functions(execute, client = FaultyClient)]
pub enum ExecuteMsg {
    /// Shares a hundred.
    Share {
        /// Among how many.
        among: u64,
    },
    /// Ends at once.
    End,
}

/// The functions that read.
#[derive(Clone, Debug, BorshSerialize, BorshDeserialize, Functions)]
#[functions(query, client = FaultyQueries)]
pub enum QueryMsg {
    /// A number.
    #[returns(u64)]
    #[readers(public)]
    Number,
}

/// Never used.
#[derive(Clone, Debug, PartialEq, Eq, ContractError)]
pub enum FaultyError {
    /// Nothing.
    #[error(code = 1)]
    Nothing,
}

fn instantiate(_: &mut Context, _: InstantiateMsg) -> Result<()> {
    Ok(())
}

fn execute(_: &mut Context, message: ExecuteMsg) -> Result<Response> {
    match message {
        ExecuteMsg::Share { among } => reply(share(among)),
        ExecuteMsg::End => end(),
    }
}

fn query(_: &QueryContext, _: QueryMsg) -> Result<Response> {
    reply(7u64)
}

#[inline(never)]
fn share(among: u64) -> u64 {
    100 / among
}

#[inline(never)]
fn end() -> ! {
    core::arch::wasm32::unreachable()
}

contract! {
    name: "faulty",
    instantiate: instantiate(InstantiateMsg),
    execute: execute(ExecuteMsg),
    query: query(QueryMsg),
    events: [],
    errors: FaultyError,
    storage: &[],
}
"#;

/// The line of [`SOURCE`] with this text, from 1.
fn line_of(text: &str) -> usize {
    let found = SOURCE.lines().position(|line| line.contains(text));
    found.expect("the source has the line") + 1
}

/// The contract's folder; it stays, so that a second run compiles only what has changed.
fn package() -> PathBuf {
    let folder = workspace::target_folder().join("faulty");
    std::fs::create_dir_all(folder.join("src")).expect("a folder");
    let sdk = workspace::root().join("sdk/contract");
    let manifest = format!(
        "[package]\nname = \"faulty\"\nversion = \"1.0.0\"\nedition = \"2024\"\n[workspace]\n\
         [dependencies]\ntenor-sdk = {{ path = {sdk:?} }}\n\
         borsh = {{ version = \"1\", default-features = false, features = [\"derive\"] }}\n"
    );
    write(&folder.join("Cargo.toml"), &manifest);
    write(&folder.join("src/lib.rs"), SOURCE);
    // The versions of this workspace: they are on this machine.
    let lock = workspace::root().join("Cargo.lock");
    std::fs::copy(lock, folder.join("Cargo.lock")).expect("a lock file");
    folder
}

/// Writes what is not there yet: cargo goes by times.
fn write(file: &Path, text: &str) {
    if std::fs::read_to_string(file).is_ok_and(|old| old == text) {
        return;
    }
    std::fs::write(file, text).expect("a file");
}

/// What `tenor contract build` says of one package that it builds below `target`.
fn build(target: &Path, arguments: &[&str]) -> Vec<Value> {
    let mut program = tenor();
    program.args(["contract", "build", "--json"]).args(arguments);
    program.env("CARGO_TARGET_DIR", target).env("CARGO_NET_OFFLINE", "true");
    let output = program.current_dir(workspace::root()).output().expect("the binary runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "tenor contract build {arguments:?}: {said}");
    let value: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    value["contracts"].as_array().expect("a list").clone()
}

/// A file that the command names.
fn file(built: &Value, name: &str) -> PathBuf {
    let path = built[name].as_str();
    path.unwrap_or_else(|| panic!("expected {name}, got {built}")).into()
}

/// Sections of a module that mean something to an engine or to a ledger.
fn sections(module: &[u8]) -> Vec<(u8, String, Vec<u8>)> {
    let mut all = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload.expect("a module");
        let name = match &payload {
            Payload::CustomSection(custom) => custom.name().to_owned(),
            _ => String::new(),
        };
        let is_note = ["name", "producers", "target_features"].contains(&name.as_str());
        if let Some((id, range)) = payload.as_section()
            && !is_note
            && !name.starts_with(".debug_")
        {
            all.push((id, name, module[range].to_vec()));
        }
    }
    all
}

#[test]
fn debug_information_leaves_every_section_of_a_contract_as_it_is() {
    let target = workspace::target_folder();
    let built = build(&target, &["tenor-example-token", "tenor-settlement"]);
    assert_eq!(built.len(), 2);
    for (built, package) in built.iter().zip(["tenor_example_token", "tenor_settlement"]) {
        let plain = std::fs::read(file(built, "file")).expect("the module");
        let below = format!("contracts/lines/wasm32v1-none/contract/{package}.wasm");
        let lines = std::fs::read(target.join(below)).expect("the module with lines");
        assert!(lines.len() > plain.len(), "it has debug information");
        assert_eq!(sections(&lines), sections(&plain), "{package}");
        let debug = std::fs::read(file(built, "debug_file")).expect("the debug file");
        let debug = DebugFile::decode(&debug).expect("a debug file");
        assert_eq!(debug.code_hash(), keccak256(&plain));
    }
}

/// The hash of the transaction of a call that must be stopped.
fn stopped(shell: &Shell, call: &str) -> String {
    let output = shell.output(&format!("tenor contract call faulty {call} --as alice --json"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    let value: Value = serde_json::from_str(said.trim()).expect("an error in JSON");
    let hash = value["error"]["details"]["transaction_hash"].as_str();
    hash.unwrap_or_else(|| panic!("expected a hash, got {value}")).to_owned()
}

#[test]
fn a_trace_shows_the_source_line_of_a_trap() {
    let package = package();
    let target = package.join("target");
    let built = build(&target, &[package.to_str().expect("a path in UTF-8")]);
    let (module, debug) = (file(&built[0], "file"), file(&built[0], "debug_file"));
    let debug = debug.parent().expect("a folder").to_owned();

    let home = TempDir::new().expect("a folder");
    let dev = Dev::start(tenor(), home.path(), &[]);
    let shell = Shell::new(home.path(), dev.exports());
    shell.run(&format!("tenor contract upload '{}' --as developer", module.display()));
    shell.run("tenor contract approve faulty --as operator");
    shell.run("tenor contract instantiate faulty faulty --as operator");
    for (call, function, text) in
        [("share --among 0", "share", "100 / among"), ("end", "end", "wasm32::unreachable()")]
    {
        let hash = stopped(&shell, call);
        let blind = shell.run(&format!("tenor tx trace {hash}"));
        let asks = "build its source with tenor contract build";
        assert!(blind.contains(asks) && !blind.contains("at faulty::"), "{blind}");
        let shown = shell.run(&format!("tenor tx trace {hash} --debug '{}'", debug.display()));
        let at = format!("at faulty::{function}, tenor/src/lib.rs:{}:", line_of(text));
        assert!(shown.contains(&at) && !shown.contains(asks), "expected {at:?} in\n{shown}");
    }
    let set = format!("debug = [\"{}\"]\n", debug.display());
    let hash = stopped(&shell, "share --among 0");
    shell.run(&format!("printf '%s' '{set}' >> \"$TENOR_CONFIG/config.toml\""));
    let json = shell.run(&format!("tenor tx trace {hash} --json"));
    let value: Value = serde_json::from_str(&json).expect("JSON");
    let places = value["trace"]["messages"][0]["call"]["places"].as_array().expect("places");
    let lines = places.iter().flat_map(|place| place["source"].as_array().expect("lines"));
    let mut lines = lines.filter(|line| line["file"] == "tenor/src/lib.rs");
    assert_eq!(lines.next().expect("a line")["line"], line_of("100 / among"));
}
