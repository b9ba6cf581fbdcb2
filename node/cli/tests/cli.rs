//! The `tenor` binary as people run it, against a development node in a process of its own: what
//! works, and that every mistake is named with the exit code that `docs/cli.md` promises.

use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

const TENOR: &str = env!("CARGO_BIN_EXE_tenor");

/// A development node, and the client directory it made.
struct Dev {
    child: Child,
    url: String,
    config: String,
    directory: TempDir,
}

impl Dev {
    fn start() -> Self {
        let directory = TempDir::new().expect("a temporary folder");
        let mut child = Command::new(TENOR)
            .args(["dev", "--listen", "127.0.0.1:0", "--json", "--data"])
            .arg(directory.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut line = String::new();
        let output = child.stdout.take().expect("a pipe");
        BufReader::new(output).read_line(&mut line).expect("a line when it is ready");
        let ready: Value = serde_json::from_str(&line).expect("JSON when it is ready");
        let text = |name: &str| ready[name].as_str().expect("a text").to_owned();
        Self { child, url: text("url"), config: text("config"), directory }
    }

    fn file(&self, name: &str) -> String {
        self.directory.path().join(name).display().to_string()
    }

    /// Runs a command line: exit code, and the JSON of either result or error.
    fn run(&self, line: &str) -> (i32, Value) {
        let output = Command::new(TENOR)
            .args(line.split_whitespace())
            .arg("--json")
            .env("TENOR_URL", &self.url)
            .env("TENOR_CONFIG", &self.config)
            .stdin(Stdio::null())
            .output()
            .expect("the binary runs");
        let code = output.status.code().expect("an exit code");
        let text = if code == 0 { output.stdout } else { output.stderr };
        let json = serde_json::from_slice(&text)
            .unwrap_or_else(|_| panic!("{line}: {}", String::from_utf8_lossy(&text)));
        (code, json)
    }

    #[track_caller]
    fn done(&self, line: &str) -> Value {
        let (code, json) = self.run(line);
        assert_eq!(code, 0, "{line}: {json}");
        json
    }

    #[track_caller]
    fn refused(&self, line: &str, code: i32, needles: &[&str]) {
        let (got, json) = self.run(line);
        assert_eq!(got, code, "{line}: {json}");
        assert_eq!(json["error"]["exit_code"], code, "{line}: {json}");
        let text = json["error"]["text"].as_str().expect("a text");
        for needle in needles {
            assert!(text.contains(needle), "{line}: expected {needle:?} in {text:?}");
        }
    }

    /// Uploads, approves and creates a registry and a cash token.
    fn with_cash(&self) {
        for name in ["registry", "cash"] {
            let file = contract(name).display().to_string();
            self.done(&format!("contract upload {file} --as developer"));
            self.done(&format!("contract approve {name} --as operator"));
        }
        self.done(
            "contract instantiate registry registry --officers operator,registrar --as operator",
        );
        self.done(
            "contract instantiate cash cash-eur --registry registry --provider issuer \
             --currency EUR --as operator",
        );
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        let _ = self.child.kill().and_then(|()| self.child.wait());
    }
}

/// A compiled contract, as `make contracts` leaves it.
fn contract(name: &str) -> PathBuf {
    let release = Path::new(TENOR).parent().expect("a folder");
    let target = release.parent().expect("the target folder");
    let file = target.join("contracts/wasm").join(format!("{name}.wasm"));
    assert!(file.is_file(), "{} is missing: run scripts/contracts.sh", file.display());
    file
}

#[test]
fn mistakes_are_named_with_their_exit_codes() {
    let dev = Dev::start();
    dev.refused("account show nobody", 2, &["nobody", "aliases.toml"]);
    dev.refused("account create x --roles king --as operator", 2, &[]);
    dev.refused("account create Größe --with-key alice --as operator", 3, &["label"]);
    dev.refused("account create carol --with-key alice --as alice", 3, &["roles", "operator"]);
    dev.refused("account create carol --with-key nokey --as operator", 7, &["nokey", "keys new"]);
    dev.refused("account roles alice observer", 2, &["--as"]);
    dev.refused("tx wait 0x12", 2, &[]);
    let unknown = format!("tx show 0x{}", "ab".repeat(32));
    dev.refused(&unknown, 4, &["unknown_transaction"]);
    dev.refused("node set-time 2020-01-01T00:00:00Z", 4, &["time_not_ahead"]);
    dev.refused(
        "account create carol --with-key alice --as operator --key bob",
        4,
        &["not_authorized"],
    );
    dev.refused("node status --url http://127.0.0.1:1", 5, &["cannot reach"]);
    dev.refused("node status --url nowhere", 5, &["expected a node's address"]);
    dev.refused("keys new ../alice --insecure-dev-keys", 7, &["key name"]);
    dev.refused("contract check /dev/null", 2, &[]);
}

#[test]
fn calls_follow_the_spec_and_refusals_are_decoded_by_it() {
    let dev = Dev::start();
    dev.with_cash();
    let mint = "contract call cash-eur mint --account alice";
    dev.refused(
        &format!("{mint} --amount 5 --reference M-1 --as alice"),
        3,
        &["NotTheProvider", "alice"],
    );
    dev.refused(&format!("{mint} --amount 5 --reference M-1 --as issuer"), 3, &["AccountRefused"]);
    dev.refused(
        &format!("{mint} --amount five --reference M-1 --as issuer"),
        2,
        &["amount", "five"],
    );
    dev.refused(&format!("{mint} --reference M-1 --as issuer"), 2, &["amount", "nothing"]);
    dev.refused(&format!("{mint} --sum 5 --as issuer"), 2, &["--amount", "--sum"]);
    dev.refused("contract call cash-eur mnit --as issuer", 2, &["mint", "mnit"]);
    dev.refused(
        "contract call cash-eur mint --account alcie --amount 5 --reference R --as issuer",
        2,
        &["alcie"],
    );
    dev.refused("contract call alice mint --as issuer", 4, &["unknown_contract"]);
    let totals = dev.done("contract query cash-eur totals");
    assert_eq!(totals["output"]["minted"], "0");
    let office = dev.done("contract query registry office --address registrar");
    assert_eq!(office["output"], "Officer");
    let help = Command::new(TENOR)
        .args(["contract", "help", contract("cash").to_str().expect("UTF-8"), "mint"])
        .output()
        .expect("the binary runs");
    let help = String::from_utf8(help.stdout).expect("UTF-8");
    assert!(help.contains("--account") && help.contains("--amount"), "{help}");
}

#[test]
fn a_dry_run_changes_nothing_and_a_reference_has_one_effect() {
    let dev = Dev::start();
    let create = "account create carol --with-key alice --as operator";
    let tried = dev.done(&format!("{create} --simulate"));
    assert_eq!(tried["simulated"], true);
    dev.refused("account show carol", 2, &["carol"]);
    let first = dev.done(&format!("{create} --client-ref C-1"));
    let again = dev.done("account create dave --with-key alice --as operator --client-ref C-1");
    assert_eq!(first["transaction_hash"], again["transaction_hash"], "the first one's answer");
    dev.refused(create, 3, &["label"]);
}

#[test]
fn four_eyes_sign_one_file() {
    let dev = Dev::start();
    dev.done("keys new maker --insecure-dev-keys");
    dev.done("keys new checker --insecure-dev-keys");
    dev.done(
        "account create treasury --with-key maker:initiate --with-key checker:approve,admin \
         --roles operator,participant --as operator",
    );
    let file = dev.file("t.json");
    let act = "account create carol --with-key alice --as treasury";
    dev.refused(&format!("{act} --key maker"), 4, &["not_authorized"]);
    dev.done(&format!("{act} --key maker --save {file}"));
    assert_eq!(dev.done(&format!("tx show {file}"))["complete"], false);
    dev.refused(&format!("tx sign {file} --key maker"), 7, &["signed already"]);
    assert_eq!(dev.done(&format!("tx sign {file} --key checker"))["complete"], true);
    let sent = dev.done(&format!("tx submit {file}"));
    assert_eq!(
        dev.done(&format!("tx submit {file}"))["transaction_hash"],
        sent["transaction_hash"]
    );
    let text = std::fs::read_to_string(&file).expect("reads");
    let hash = sent["transaction_hash"].as_str().expect("a text");
    std::fs::write(&file, text.replace(hash, &format!("0x{}", "00".repeat(32)))).expect("writes");
    dev.refused(&format!("tx submit {file}"), 7, &["do not sign"]);
}

#[test]
fn a_proof_convinces_only_with_the_right_ledger_and_untouched() {
    let dev = Dev::start();
    dev.with_cash();
    let (file, genesis) = (dev.file("proof.json"), dev.file("genesis.toml"));
    dev.done(&format!("proof get cash-eur balances alice --out {file}"));
    let proved = dev.done(&format!("proof verify {file} --genesis {genesis}"));
    assert_eq!((&proved["present"], &proved["has_row"]), (&false.into(), &false.into()));
    dev.done(&format!("proof get cash-eur config --out {file}"));
    let proved = dev.done(&format!("proof verify {file} --genesis {genesis}"));
    assert_eq!(proved["value"]["currency"], "EUR");
    dev.refused(&format!("proof verify {file}"), 2, &["--genesis"]);
    let other = format!("0x{}", "11".repeat(32));
    dev.refused(
        &format!("proof verify {file} --chain-id tenor-dev --validators {other}"),
        8,
        &["validators"],
    );
    let mut json: Value =
        serde_json::from_str(&std::fs::read_to_string(&file).expect("reads")).expect("JSON");
    let hex = json["proof"].as_str().expect("a text").to_owned();
    let at = hex.len() / 2;
    let digit = if hex.as_bytes()[at] == b'0' { "1" } else { "0" };
    json["proof"] = format!("{}{digit}{}", &hex[..at], &hex[at + 1..]).into();
    std::fs::write(&file, json.to_string()).expect("writes");
    dev.refused(&format!("proof verify {file} --genesis {genesis}"), 8, &["does not hold"]);
}
