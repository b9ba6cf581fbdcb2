//! Making, configuring and running a node.

use crate::dev::TENOR;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

fn tenor(folder: &Path, words: &[&str]) -> Output {
    Command::new(TENOR)
        .args(words)
        .env("TENOR_CONFIG", folder.join("client"))
        .env_remove("TENOR_LISTEN")
        .env("TENOR_PASSPHRASE", "short")
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .expect("the binary runs")
}

fn init(folder: &Path, words: &[&str]) -> Output {
    tenor(folder, &[&["node", "init", "node", "--account"][..], words].concat())
}

#[test]
fn an_init_that_failed_can_be_given_again() {
    let folder = TempDir::new().expect("a folder");
    let folder = folder.path();
    let key = tenor(folder, &["keys", "new", "operator", "--insecure-dev-keys"]);
    assert!(key.status.success());
    let node = folder.join("node");
    let refused = init(folder, &["operator=nokey=operator"]);
    assert_eq!(refused.status.code(), Some(7), "no such key");
    let refused = init(folder, &["operator=operator=participant"]);
    assert_eq!(refused.status.code(), Some(2), "a ledger without an operator");
    assert!(!node.exists(), "nothing is written before all is known to be good");
    let refused = init(folder, &["operator=operator=operator"]);
    assert_eq!(refused.status.code(), Some(7), "the passphrase is too short");
    assert!(!node.join("keys/validator.json").exists());
    let made = init(folder, &["operator=operator=operator", "--insecure-dev-keys"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    assert!(node.join("keys/validator.json").exists() && node.join("node.toml").exists());
}

#[test]
fn the_configuration_in_force_is_a_file_that_says_where_it_comes_from() {
    let folder = TempDir::new().expect("a folder");
    let folder = folder.path();
    tenor(folder, &["keys", "new", "operator", "--insecure-dev-keys"]);
    let words = ["operator=operator=operator", "--insecure-dev-keys", "--only-on-demand"];
    assert!(init(folder, &words).status.success());
    let shown = tenor(folder, &["node", "config", "node", "--listen", "127.0.0.1:4700"]);
    let shown = String::from_utf8(shown.stdout).expect("UTF-8");
    for line in [
        "listen = \"127.0.0.1:4700\" # --listen",
        "empty_block_after_ms = 0 # node.toml",
        "interval_ms = 0 # default",
        "[node.block]",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line} in\n{shown}");
    }
    let file: String =
        shown.lines().filter(|line| !line.starts_with("next: ")).collect::<Vec<_>>().join("\n");
    std::fs::write(folder.join("node/node.toml"), file).expect("writes");
    let again = tenor(folder, &["node", "config", "node", "--json"]);
    let again: serde_json::Value = serde_json::from_slice(&again.stdout).expect("JSON");
    assert_eq!(again["node"]["listen"], "127.0.0.1:4700", "it is a file that can be used");
    assert_eq!(again["node"]["block"]["empty_block_after_ms"], 0);
}

#[test]
fn a_log_that_is_no_terminal_has_no_colours() {
    let folder = TempDir::new().expect("a folder");
    let folder = folder.path();
    tenor(folder, &["keys", "new", "operator", "--insecure-dev-keys"]);
    assert!(init(folder, &["operator=operator=operator", "--insecure-dev-keys"]).status.success());
    let log = folder.join("log");
    let mut node = Command::new(TENOR)
        .args(["node", "run", "node", "--listen", "127.0.0.1:0"])
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(File::create(&log).expect("a file"))
        .spawn()
        .expect("the binary runs");
    let mut line = String::new();
    BufReader::new(node.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
    assert!(line.starts_with("ready at "), "{line}");
    let sent = Command::new("sh").args(["-c", &format!("kill -TERM {}", node.id())]).status();
    assert!(sent.is_ok_and(|status| status.success()));
    assert!(node.wait().expect("ends").success());
    let log = std::fs::read_to_string(&log).expect("reads");
    assert!(log.contains("SIGTERM: stopping") && !log.contains('\u{1b}'), "{log}");
}
