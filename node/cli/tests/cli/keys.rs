//! Keys: rotated, lost and made good, kept on paper, and never shown.

use crate::dev::Dev;
use crate::nodes::{command, run, stop};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;
use tenor_client::keystore::{Keystore, Passphrase};

const PASSPHRASE: &str = "correct horse battery staple";

#[test]
fn a_rotated_key_has_no_power_and_the_new_one_has_its_place() {
    let dev = Dev::start();
    dev.done("keys new maker --insecure-dev-keys");
    dev.done("keys new checker --insecure-dev-keys");
    dev.done("keys new other --insecure-dev-keys");
    dev.done(
        "account create treasury --with-key maker:initiate --with-key checker:approve,admin \
         --as operator",
    );
    let rotate = "account keys treasury --replace checker=other --as treasury --key maker";
    let tried = dev.done(&format!("{rotate} --key checker --simulate"));
    assert_eq!(tried["simulated"], true);
    dev.refused(rotate, 4, &["not_authorized"]);
    dev.done(&format!("{rotate} --key checker"));
    let shown = dev.done("account show treasury");
    let policy = &shown["account"]["policy"];
    assert_eq!(policy["keys"].as_array().map(Vec::len), Some(2), "{policy}");
    assert_eq!(policy["approvals_required"], 1, "what was not said stays");
    let back = "account keys treasury --replace other=checker --as treasury --key maker";
    dev.refused(&format!("{back} --key checker"), 4, &["not_authorized"]);
    dev.done(&format!("{back} --key other"));
    let none = "account keys treasury --replace bob=other --as treasury --key maker --key checker";
    dev.refused(none, 2, &["has no key", "bob"]);
    let none_able = "account keys treasury --with-key maker:initiate --as operator";
    dev.refused(none_able, 2, &[]);
}

#[test]
fn an_operator_makes_lost_keys_good_and_nobody_else_does() {
    let dev = Dev::start();
    dev.done("keys new found --insecure-dev-keys");
    let act = "account keys bob --replace found=bob --as bob --key";
    dev.refused("account keys bob --with-key found --as alice", 4, &["missing_role"]);
    dev.done("account keys bob --with-key found --as operator");
    dev.refused(&format!("{act} bob"), 4, &["not_authorized"]);
    dev.done(&format!("{act} found"));
}

/// What a client command says, all of it, and its exit code.
fn said(folder: &Path, words: &[&str]) -> (Option<i32>, String) {
    let mut command = command(folder, words);
    let output = command.env("TENOR_PASSPHRASE", PASSPHRASE).output().expect("the binary runs");
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).expect("UTF-8"))
}

#[test]
fn a_key_comes_back_from_its_words_and_only_the_file_has_them() {
    let folder = TempDir::new().expect("a folder");
    let folder = folder.path();
    let (code, text) = said(folder, &["keys", "new", "first", "--words", "words.txt"]);
    assert_eq!(code, Some(0), "{text}");
    let paper = std::fs::read_to_string(folder.join("words.txt")).expect("words");
    let words: Vec<_> = paper.split_whitespace().collect();
    assert_eq!(words.len(), 24);
    assert!(!text.contains(&words[..4].join(" ")), "no word on a screen or in a log: {text}");
    let mode = std::fs::metadata(folder.join("words.txt")).expect("a file").permissions().mode();
    assert_eq!(mode & 0o077, 0, "its owner's alone");
    let (code, text) = said(folder, &["keys", "new", "second", "--words", "words.txt"]);
    assert_eq!(code, Some(7), "words are never written over others: {text}");
    assert!(!folder.join("client/keys/second.json").exists(), "no key without its words");
    let public = |name: &str| said(folder, &["keys", "export-public", name]).1;
    let first = public("first");
    std::fs::remove_file(folder.join("client/keys/first.json")).expect("lost");
    let restore = |name: &str, more: &[&str]| {
        said(folder, &[&["keys", "restore", name, "--words", "words.txt"], more].concat())
    };
    assert_eq!(restore("again", &[]).0, Some(0));
    assert_eq!(public("again"), first);
    assert_eq!(restore("next", &["--path", "m/44'/60'/0'/0/1"]).0, Some(0));
    assert_ne!(public("next"), first);
    assert_eq!(restore("again", &[]).0, Some(7), "a key is never written over");
    let (code, text) = restore("odd", &["--path", "m/x"]);
    assert!(code == Some(7) && text.contains("expected a path"), "{text}");
    std::fs::write(folder.join("words.txt"), paper.replacen(words[0], "tenor", 1))
        .expect("written");
    let (code, text) = restore("odd", &[]);
    assert!(
        code == Some(7) && text.contains("word 1 ") && !text.contains(&words[1..3].join(" ")),
        "{text}"
    );
}

/// The validator's key is used for each block; its secret and its passphrase are looked for in all
/// that the node logs at the finest, and in what other users can see of its process.
#[test]
fn neither_a_log_nor_a_command_line_has_a_secret() {
    let folder = TempDir::new().expect("a folder");
    let folder = folder.path();
    let (node, url) = run(folder, &[]);
    stop(folder, node);
    let keys = Keystore::new(folder.join("node/keys"));
    std::fs::remove_file(folder.join("node/keys/validator.json")).expect("a key");
    let passphrase = || Some(Passphrase::new(PASSPHRASE.into()));
    let dev = tenor_client::keystore::dev_key("validator");
    let strength = tenor_client::keystore::Strength::Light;
    keys.keep("validator", &dev, &passphrase().expect("given"), strength).expect("kept");
    let log = std::fs::File::create(folder.join("log")).expect("a file");
    let words = ["node", "run", "node", "--listen", &url, "--set", "log=trace"];
    let mut command = command(folder, &words);
    command.env("TENOR_PASSPHRASE", PASSPHRASE).stdout(Stdio::piped()).stderr(log);
    let mut node = command.spawn().expect("the binary runs");
    let mut line = String::new();
    let output = node.stdout.take().expect("a pipe");
    std::io::BufRead::read_line(&mut std::io::BufReader::new(output), &mut line).expect("ready");
    let seen = std::fs::read(format!("/proc/{}/cmdline", node.id())).expect("a process");
    let mut http = std::net::TcpStream::connect(&url).expect("connects");
    http.write_all(b"GET /v1/status HTTP/1.1\r\nhost: node\r\n\r\n").expect("asks");
    let made = Command::new(crate::dev::TENOR)
        .args(["account", "create", "alice", "--with-key", "operator", "--as", "operator"])
        .env("TENOR_CONFIG", folder.join("client"))
        .env("TENOR_URL", format!("http://{url}"))
        .output()
        .expect("the binary runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let log = stop(folder, node);
    assert!(log.contains("TRACE") && log.contains("committed"), "the log has everything: {log}");
    let secret = hex::encode(dev.to_bytes());
    let listed = format!("{:?}", dev.to_bytes());
    for hidden in [PASSPHRASE, &secret, listed.trim_matches(['[', ']'])] {
        assert!(!log.contains(hidden), "{hidden} is in the log");
        assert!(!String::from_utf8_lossy(&seen).contains(hidden), "on the command line");
    }
}
