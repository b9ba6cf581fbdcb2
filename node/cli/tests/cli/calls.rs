//! What works, and that every mistake is named with the exit code that `docs/cli.md` promises.

use crate::dev::{Dev, TENOR, contract};
use serde_json::Value;
use std::process::Command;

#[test]
fn mistakes_are_named_with_their_exit_codes() {
    let dev = Dev::start();
    dev.refused("account show nobody", 2, &["nobody", "aliases.toml"]);
    dev.refused("account create x --roles king --as operator", 2, &[]);
    dev.refused("account create Größe --with-key alice --as operator", 3, &["label"]);
    dev.refused(
        "account create carol --with-key alice --as alice",
        4,
        &["missing_role", "operator"],
    );
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
    dev.refused("contract check /dev/null", 11, &["/dev/null", "Malformed"]);
    dev.refused("tx show 0x1234", 2, &["64 hex digits", "0x1234"]);
    dev.refused("contract upload /nowhere.wasm --as developer", 7, &["/nowhere.wasm", "expected"]);
    dev.refused("contract upload /etc/passwd --as developer", 2, &["wasm module"]);
    dev.refused("bond schedule /", 7, &["expected a file, got a folder"]);
    let save = "account create carol --with-key alice --as operator --save /nowhere/t.json";
    dev.refused(save, 7, &["/nowhere/t.json", "check the path"]);
    dev.refused("proof verify /nowhere --genesis /nowhere", 7, &["/nowhere"]);
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
    let spec = dev.done("contract help cash-eur");
    let calls = spec["calls"].as_array().expect("a list");
    let mint = calls.iter().find(|call| call["name"] == "mint").expect("a call");
    let types = [&mint["input"][0]["type"], &mint["input"][1]["type"]];
    assert_eq!(types, ["address", "amount"], "{mint}");
}

#[test]
fn a_dry_run_changes_nothing_and_a_reference_has_one_effect() {
    let dev = Dev::start();
    let create = "account create carol --with-key alice --as operator";
    let tried = dev.done(&format!("{create} --simulate"));
    assert_eq!(tried["simulated"], true);
    dev.refused("account show carol", 2, &["carol"]);
    let first = dev.done(&format!("{create} --client-ref C-1"));
    let again = dev.done(&format!("{create} --client-ref C-1"));
    assert_eq!(first["transaction_hash"], again["transaction_hash"], "the first one's answer");
    assert_eq!((&first["repeated"], &again["repeated"]), (&Value::Null, &true.into()));
    let other = "account create dave --with-key alice --as operator --client-ref C-1";
    dev.refused(other, 4, &["client_ref_taken"]);
    dev.refused("account show dave", 2, &["dave"]);
    dev.refused(create, 3, &["label", "carol"]);
    dev.done("account roles carol --none --as operator");
    dev.refused("account create x --with-key alice --as carol --key alice", 4, &["missing_role"]);
}
