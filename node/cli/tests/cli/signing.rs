//! Transactions that several people sign.

use crate::dev::{Dev, contract};
use serde_json::Value;
use std::path::Path;
use tenor_primitives::{ChainId, TransactionBody};

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
    dev.refused(&format!("tx sign {file} --key bob"), 7, &["policy", "stranger"]);
    assert_eq!(dev.done(&format!("tx show {file}"))["complete"], false, "bob left nothing");
    let by_bob = format!("{act} --key bob --save {}", dev.file("b.json"));
    dev.refused(&by_bob, 7, &["policy", "stranger"]);
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

/// The checker alone has an admin key. What is signed says so, in words, and until when it is good.
#[test]
fn a_change_of_own_keys_waits_for_an_admin_key() {
    let dev = Dev::start();
    for name in ["maker", "checker", "other"] {
        dev.done(&format!("keys new {name} --insecure-dev-keys"));
    }
    dev.done(
        "account create treasury --with-key maker:initiate --with-key checker:approve,admin \
         --as operator",
    );
    let file = dev.file("t.json");
    let rotate = "account keys treasury --replace maker=other --as treasury --key maker";
    let saved = dev.done(&format!("{rotate} --save {file}"));
    let until = |json: &Value| json["valid_until"].as_str().expect("a time").to_owned();
    assert!(until(&saved).starts_with("2026-01-03T08:00:00"), "a day: {saved}");
    let shown = dev.done(&format!("tx show {file}"));
    let line = shown["messages"][0].as_str().expect("a line");
    let expected = "keys of treasury from now on: 1 approval, 1 admin needed; 0x";
    assert!(line.starts_with(expected) && line.contains(": approve, admin"), "{line}");
    assert_eq!(shown["complete"], false, "maker has no admin key");
    assert_eq!(dev.done(&format!("tx sign {file} --key checker"))["complete"], true);
    dev.done(&format!("tx submit {file}"));
    let short = dev.done(&format!(
        "account keys treasury --replace other=maker --as treasury --key checker --valid-for 2h \
         --save {file}"
    ));
    assert!(until(&short).starts_with("2026-01-02T10:00:00"), "two hours: {short}");
    assert_eq!(dev.done(&format!("tx show {file}"))["complete"], true);
    dev.refused(&format!("{rotate} --valid-for 25h"), 2, &["at most 24h", "25h"]);
}

/// What is said to people must be what is signed.
#[test]
fn signers_read_what_they_sign() {
    let dev = Dev::start();
    dev.with_cash();
    let file = dev.file("t.json");
    let transfer = "cash transfer cash-eur bob 1,234.50 --reference T-9 --as alice";
    dev.done(&format!("{transfer} --save {file}"));
    let reads = |json: &Value| json["messages"][0].as_str().expect("a line").to_owned();
    let expected = "cash-eur transfer: to bob, amount 1,234.50 EUR, reference T-9";
    assert_eq!(reads(&dev.done(&format!("tx show {file}"))), expected);
    dev.done("keys new second --insecure-dev-keys");
    dev.done(
        "account create pair --with-key alice:initiate --with-key second:approve,admin \
         --roles participant --as operator",
    );
    let paired = transfer.replace("--as alice", "--as pair --key alice");
    dev.done(&format!("{paired} --save {file}"));
    assert_eq!(reads(&dev.done(&format!("tx sign {file} --key second"))), expected);
    // With the genesis in the settings, what the contract runs is proved.
    let settings = Path::new(&dev.config).join("config.toml");
    std::fs::write(&settings, "genesis = \"../genesis.toml\"\n").expect("writes");
    assert_eq!(reads(&dev.done(&format!("tx show {file}"))), expected);
    let genesis = std::fs::read_to_string(dev.file("genesis.toml")).expect("reads");
    let other = dev.directory.path().join("other.toml");
    std::fs::write(&other, genesis.replace("tenor-dev", "tenor-other")).expect("writes");
    std::fs::write(&settings, "genesis = \"../other.toml\"\n").expect("writes");
    dev.refused(&format!("tx show {file}"), 8, &["another ledger"]);
}

/// A spec of other code is found out by the hash that the ledger has of it.
#[test]
fn a_spec_that_is_not_the_codes_is_not_read_by() {
    let dev = Dev::start();
    dev.with_cash();
    dev.done("contract query cash-eur totals");
    let code_hash = |name: &str| {
        let checked = dev.done(&format!("contract check {}", contract(name).display()));
        checked["code_hash"].as_str().expect("a hash").to_owned()
    };
    let (registry, cash) = (code_hash("registry"), code_hash("cash"));
    let cached =
        |code: &str| Path::new(&dev.config).join("specs").join(code.trim_start_matches("0x"));
    std::fs::copy(cached(&registry), cached(&cash)).expect("copies");
    let settings = Path::new(&dev.config).join("config.toml");
    std::fs::write(&settings, "genesis = \"../genesis.toml\"\n").expect("writes");
    dev.done("contract query cash-eur totals");
    assert_eq!(dev.done(&format!("contract help {cash}"))["name"], "cash", "asked for again");
}

/// One key may serve two ledgers; a file for the other is not signed.
#[test]
fn a_file_for_another_ledger_is_not_signed() {
    let dev = Dev::start();
    let file = dev.file("t.json");
    dev.done(&format!("account create carol --with-key alice --as operator --save {file}"));
    let mut json: Value =
        serde_json::from_str(&std::fs::read_to_string(&file).expect("reads")).expect("JSON");
    let bytes = hex::decode(json["body"].as_str().expect("a text").trim_start_matches("0x"));
    let mut body: TransactionBody = borsh::from_slice(&bytes.expect("hex")).expect("a body");
    body.chain_id = ChainId::new("tenor-prd").expect("a valid name");
    json["transaction_hash"] = body.hash().to_string().into();
    let bytes = borsh::to_vec(&body).expect("encodes");
    json["body"] = format!("0x{}", hex::encode(bytes)).into();
    json["signatures"] = Value::Array(Vec::new());
    std::fs::write(&file, json.to_string()).expect("writes");
    for command in ["show", "sign"] {
        let refused = format!("tx {command} {file} --as operator");
        dev.refused(&refused, 2, &["tenor-dev", "tenor-prd", "do not sign"]);
    }
}
