//! Questions to the past, proofs of whole maps, snapshots and what is done with them.

use crate::dev::{Dev, TENOR};
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Stdio};

fn height(dev: &Dev) -> u64 {
    dev.done("node status")["status"]["height"].as_u64().expect("a height")
}

#[test]
fn the_past_is_asked_and_proved_as_it_was() {
    let dev = Dev::start();
    dev.with_cash();
    let before = height(&dev);
    dev.done("contract instantiate cash cash-usd --registry registry --provider issuer --currency USD --as operator");
    let ask = "contract query cash-usd config";
    assert_eq!(dev.done(ask)["output"]["currency"], "USD");
    dev.refused(&format!("{ask} --height {before}"), 4, &["no instance"]);
    dev.done(&format!("{ask} --height {}", before + 1));
    dev.refused(&format!("{ask} --height {}", before + 50), 4, &["not kept"]);
    dev.refused("contract upload nothing.wasm --as developer --height 1", 7, &["nothing.wasm"]);
    dev.refused(
        &format!("account create late --with-key operator --as operator --height {before}"),
        2,
        &["--height"],
    );
    let (file, genesis) = (dev.file("proof.json"), dev.file("genesis.toml"));
    dev.done(&format!("proof get cash-eur config --out {file} --height {before}"));
    let proved = dev.done(&format!("proof verify {file} --genesis {genesis}"));
    assert_eq!((&proved["height"], &proved["value"]["currency"]), (&before.into(), &"EUR".into()));
}

#[test]
fn whole_maps_and_many_keys_are_proved_without_a_node() {
    let dev = Dev::start();
    dev.with_cash();
    let (file, genesis) = (dev.file("proof.json"), dev.file("genesis.toml"));
    let verify = format!("proof verify {file} --genesis {genesis}");
    dev.done(&format!("proof get registry offices --all --out {file}"));
    let said = dev.said(&verify);
    assert!(
        said.starts_with("verified: offices of registry is these 2 entries and no other"),
        "{said}"
    );
    assert!(said.contains("\n  operator: \"Officer\"\n"), "{said}");
    let proved = dev.done(&verify);
    assert_eq!(proved["values"].as_array().map(Vec::len), Some(2), "{proved}");
    assert_eq!(proved["complete"]["start"], Value::Null);
    dev.done(&format!("{verify} --holder registrar"));
    dev.refused(&format!("{verify} --holder alice"), 8, &["alice"]);
    // A range: from one of the two keys on.
    dev.done(&format!("proof get registry offices --from operator --out {file}"));
    let said = dev.said(&verify);
    assert!(said.contains("from operator is th"), "{said}");
    dev.done(&format!("proof get registry offices operator alice --out {file}"));
    let said = dev.said(&verify);
    assert!(said.starts_with("verified: these 2 values"), "{said}");
    assert!(said.contains("  offices of registry for alice is nothing (no row)"), "{said}");
    // An entry taken out is noticed.
    dev.done(&format!("proof get registry offices --all --out {file}"));
    let mut json: Value =
        serde_json::from_str(&std::fs::read_to_string(&file).expect("reads")).expect("JSON");
    let other = Dev::file(&dev, "other.json");
    dev.done(&format!("proof get registry offices --to operator --out {other}"));
    let part: Value =
        serde_json::from_str(&std::fs::read_to_string(&other).expect("reads")).expect("JSON");
    assert_ne!(json["proof"], part["proof"]);
    let hex = json["proof"].as_str().expect("a text").to_owned();
    json["proof"] = hex[..hex.len() - 8].into();
    std::fs::write(&file, json.to_string()).expect("writes");
    dev.refused(&verify, 8, &["does not hold"]);
}

/// Runs a command in a folder: exit code, and the JSON of result or error.
fn run(folder: &Path, words: &[&str]) -> (i32, Value) {
    let output = Command::new(TENOR)
        .args(words)
        .arg("--json")
        .env("TENOR_CONFIG", folder.join("client"))
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .expect("the binary runs");
    let code = output.status.code().expect("an exit code");
    let text = if code == 0 { output.stdout } else { output.stderr };
    let json = serde_json::from_slice(&text);
    (code, json.unwrap_or_else(|_| panic!("{words:?}: {}", String::from_utf8_lossy(&text))))
}

#[track_caller]
fn done(folder: &Path, words: &[&str]) -> Value {
    let (code, json) = run(folder, words);
    assert_eq!(code, 0, "{words:?}: {json}");
    json
}

#[track_caller]
fn refused(folder: &Path, words: &[&str], code: i32, needle: &str) {
    let (got, json) = run(folder, words);
    assert_eq!(got, code, "{words:?}: {json}");
    let text = json["error"]["text"].as_str().expect("a text");
    assert!(text.contains(needle), "{words:?}: expected {needle:?} in {text:?}");
}

/// A node of a ledger with some blocks, stopped; its folder holds `node` and another node's `copy`.
#[test]
fn a_node_is_backed_up_restored_and_caught_up() {
    let dev = Dev::start();
    dev.with_cash();
    let folder = dev.directory.path().to_owned();
    let copy = folder.join("copy");
    std::fs::create_dir_all(&copy).expect("made");
    // The dev node's own directory is in use: its store is not to be opened beside it.
    refused(&folder, &["db", "verify", "."], 10, "in use by another process");
    refused(&folder, &["snapshot", "create", ".", "--out", "s"], 10, "in use by another process");
    std::fs::copy(folder.join("genesis.toml"), copy.join("genesis.toml")).expect("copied");
    std::fs::write(copy.join("node.toml"), "history = \"archive\"\n").expect("written");
    refused(&folder, &["db", "verify", "copy"], 7, "restore a snapshot");
    // A copy from nothing but blocks.
    let taken = done(&folder, &["node", "sync", "copy", "--from", &dev.url, "--to", "3"]);
    assert_eq!((&taken["blocks"], &taken["height"]), (&3.into(), &3.into()));
    let made = done(&folder, &["snapshot", "create", "copy", "--out", "s"]);
    assert_eq!(made["height"], 3);
    refused(&folder, &["snapshot", "create", "copy", "--out", "s"], 7, "got something");
    let checked = done(&folder, &["snapshot", "verify", "s", "--genesis", "genesis.toml"]);
    assert_eq!(checked["entries"], made["entries"]);
    refused(&folder, &["snapshot", "restore", "s", "copy"], 10, "expected no store here");
    std::fs::remove_dir_all(copy.join("data")).expect("wiped");
    let restored = done(&folder, &["snapshot", "restore", "s", "copy"]);
    assert_eq!((&restored["height"], &restored["state_root"]), (&3.into(), &checked["state_root"]));
    // It catches up by the blocks that came since, and then is the same ledger.
    done(&folder, &["node", "sync", "copy", "--from", &dev.url]);
    let sound = done(&folder, &["db", "verify", "copy"]);
    let status = dev.done("node status");
    assert_eq!(sound["height"], status["status"]["height"]);
    assert_eq!(sound["state_root"], status["status"]["state_root"]);
    assert_eq!(sound["oldest_state"], 3);
    // Damage, and another ledger's genesis, are named.
    let mut bytes = std::fs::read(folder.join("s")).expect("reads");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(folder.join("damaged"), &bytes).expect("writes");
    let verify = |file| ["snapshot", "verify", file, "--genesis", "genesis.toml"];
    refused(&folder, &verify("damaged"), 7, "damaged in chunk");
    refused(&folder, &verify("genesis.toml"), 7, "expected a snapshot, got another file");
    let genesis = std::fs::read_to_string(folder.join("genesis.toml")).expect("reads");
    let other = genesis.replace("label = \"alice\"", "label = \"other\"");
    assert_ne!(other, genesis);
    std::fs::write(folder.join("other.toml"), other).expect("writes");
    refused(
        &folder,
        &["snapshot", "verify", "s", "--genesis", "other.toml"],
        7,
        "check the genesis file",
    );
}
