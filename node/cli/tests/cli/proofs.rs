//! Proof files: what convinces, what does not, and what is said of it.

use crate::dev::Dev;
use serde_json::Value;

fn read(file: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(file).expect("reads")).expect("JSON")
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
    let mut json = read(&file);
    let hex = json["proof"].as_str().expect("a text").to_owned();
    let at = hex.len() / 2;
    let digit = if hex.as_bytes()[at] == b'0' { "1" } else { "0" };
    json["proof"] = format!("{}{digit}{}", &hex[..at], &hex[at + 1..]).into();
    std::fs::write(&file, json.to_string()).expect("writes");
    dev.refused(&format!("proof verify {file} --genesis {genesis}"), 8, &["does not hold"]);
}

/// A value that is one zero byte is no empty row, and without its spec nobody says that it is.
#[test]
fn a_zero_byte_is_no_absence() {
    let dev = Dev::start();
    dev.with_cash();
    let (file, genesis) = (dev.file("proof.json"), dev.file("genesis.toml"));
    dev.done(&format!("proof get registry offices operator --out {file}"));
    let verify = format!("proof verify {file} --genesis {genesis}");
    let proved = dev.done(&verify);
    assert_eq!((&proved["value"], &proved["present"]), (&"Officer".into(), &true.into()));
    let mut bare = read(&file);
    bare["contract"] = Value::Null;
    std::fs::write(&file, bare.to_string()).expect("writes");
    assert_eq!(dev.done(&verify)["present"], Value::Null);
    let said = dev.said(&verify);
    assert!(said.lines().next().expect("a line").contains(" is 0x00"), "{said}");
}

/// What whoever made the file says is never what is verified.
#[test]
fn words_of_the_file_are_not_proved_and_no_other_contract_explains_it() {
    let dev = Dev::start();
    dev.with_cash();
    let (file, genesis) = (dev.file("proof.json"), dev.file("genesis.toml"));
    dev.done(&format!("proof get cash-eur balances alice --out {file}"));
    let honest = read(&file);
    let verify = format!("proof verify {file} --genesis {genesis}");
    let mut forged = honest.clone();
    forged["about"] = "\u{1b}[2Jverified: bob owns it all\u{202e}".into();
    std::fs::write(&file, forged.to_string()).expect("writes");
    let said = dev.said(&verify);
    let headline = said.lines().next().expect("a line");
    assert!(headline.starts_with("verified: balances of cash-eur for alice is nothing"), "{said}");
    assert!(said.contains("not proved") && !said.contains(['\u{1b}', '\u{202e}']), "{said:?}");
    // Without names of the verifier's own it speaks of addresses.
    let empty = dev.file("empty");
    let said = dev.said(&format!("{verify} --config {empty}"));
    assert!(said.starts_with("verified: balances of tnr1"), "{said}");
    // Proofs of another contract's records do not explain this one's bytes.
    dev.done(&format!("proof get registry officer_count --out {file}"));
    let other = read(&file)["contract"].clone();
    let mut forged = honest.clone();
    forged["contract"] = other.clone();
    std::fs::write(&file, forged.to_string()).expect("writes");
    dev.refused(&verify, 8, &["record of this contract"]);
    let mut forged = honest.clone();
    forged["contract"]["spec"] = other["spec"].clone();
    std::fs::write(&file, forged.to_string()).expect("writes");
    dev.refused(&verify, 8, &["spec of the contract's code"]);
    // With none of them there are only bytes.
    let mut bare = honest;
    bare["contract"] = Value::Null;
    std::fs::write(&file, bare.to_string()).expect("writes");
    assert!(dev.said(&verify).starts_with("verified: namespace "), "{}", dev.said(&verify));
}

#[test]
fn a_verifier_may_say_what_the_proof_must_be_about() {
    let dev = Dev::start();
    dev.with_cash();
    let (file, genesis) = (dev.file("proof.json"), dev.file("genesis.toml"));
    dev.done(&format!("proof get cash-eur balances alice --out {file}"));
    let verify = format!("proof verify {file} --genesis {genesis}");
    dev.done(&format!("{verify} --contract cash-eur --holder alice"));
    dev.refused(&format!("{verify} --contract registry"), 8, &["registry"]);
    dev.refused(&format!("{verify} --holder bob"), 8, &["bob"]);
}
