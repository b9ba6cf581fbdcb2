//! Making, configuring and running a node.

use crate::dev::TENOR;
use serde_json::Value;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// Idle and slow connections of the flood; the test's own limit of open files bounds them.
const CONNECTIONS: usize = 5_000;

pub(crate) fn command(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(TENOR);
    command
        .args(words)
        .env("TENOR_CONFIG", folder.join("client"))
        .env("TENOR_PASSPHRASE", "short")
        .current_dir(folder)
        .stdin(Stdio::null());
    command
}

pub(crate) fn tenor(folder: &Path, words: &[&str]) -> Output {
    command(folder, words).output().expect("the binary runs")
}

/// A node that runs in `folder/node`, its log in `folder/log`, and its address.
pub(crate) fn run(folder: &Path, words: &[&str]) -> (Child, String) {
    tenor(folder, &["keys", "new", "operator", "--insecure-dev-keys"]);
    assert!(init(folder, &["operator=operator=operator", "--insecure-dev-keys"]).status.success());
    start(folder, words)
}

/// The same of a node that was made before.
pub(crate) fn start(folder: &Path, words: &[&str]) -> (Child, String) {
    let mut node = command(folder, &["node", "run", "node", "--listen", "127.0.0.1:0"])
        .args(words)
        .stdout(Stdio::piped())
        .stderr(File::create(folder.join("log")).expect("a file"))
        .spawn()
        .expect("the binary runs");
    let mut line = String::new();
    BufReader::new(node.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
    let address = line.trim().strip_prefix("ready at http://");
    (node, address.unwrap_or_else(|| panic!("expected an address, got {line:?}")).to_owned())
}

/// Stops a node in order, and gives its log.
pub(crate) fn stop(folder: &Path, mut node: Child) -> String {
    let sent = Command::new("sh").args(["-c", &format!("kill -TERM {}", node.id())]).status();
    assert!(sent.is_ok_and(|status| status.success()));
    assert!(node.wait().expect("ends").success());
    std::fs::read_to_string(folder.join("log")).expect("reads")
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
    let flags = ["--listen", "127.0.0.1:4700", "--set", "node.api.head_ms_max=7"];
    let shown = command(folder, &[&["node", "config", "node"][..], &flags].concat())
        .env("TENOR_LOG", "debug")
        .env("TENOR_NODE__API__CONNECTIONS_MAX", "64")
        .output()
        .expect("the binary runs");
    let shown = String::from_utf8(shown.stdout).expect("UTF-8");
    for line in [
        "listen = \"127.0.0.1:4700\" # --listen",
        "log = \"debug\" # TENOR_LOG",
        "connections_max = 64 # TENOR_NODE__API__CONNECTIONS_MAX",
        "head_ms_max = 7 # --set",
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
fn a_setting_that_there_is_none_of_is_refused_by_name() {
    let folder = TempDir::new().expect("a folder");
    let folder = folder.path();
    tenor(folder, &["keys", "new", "operator", "--insecure-dev-keys"]);
    assert!(init(folder, &["operator=operator=operator", "--insecure-dev-keys"]).status.success());
    let wrong = command(folder, &["node", "config", "node"])
        .env("TENOR_NODE__API__CONECTIONS_MAX", "64")
        .output()
        .expect("the binary runs");
    let text = String::from_utf8_lossy(&wrong.stderr);
    assert_eq!(wrong.status.code(), Some(2), "{text}");
    assert!(text.contains("TENOR_NODE__API__CONNECTIONS_MAX"), "the nearest one: {text}");
}

#[test]
fn a_log_that_is_no_terminal_has_no_colours() {
    let folder = TempDir::new().expect("a folder");
    let folder = folder.path();
    let (node, _) = run(folder, &[]);
    let log = stop(folder, node);
    assert!(log.contains("SIGTERM: stopping") && !log.contains('\u{1b}'), "{log}");
}

#[test]
fn a_log_for_programs_is_an_object_a_line() {
    let folder = TempDir::new().expect("a folder");
    let folder = folder.path();
    let (node, _) = run(folder, &["--set", "log_format=json"]);
    let log = stop(folder, node);
    let lines = log.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>();
    let lines = lines.unwrap_or_else(|error| panic!("{error}: {log}"));
    let said = |text: &str| lines.iter().find(|line| line["message"] == text);
    let started = said("node started").unwrap_or_else(|| panic!("{log}"));
    assert_eq!((&started["level"], &started["chain_id"]), (&"INFO".into(), &"tenor-local".into()));
    assert!(said("stopped").is_some(), "{log}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_node_leaves_no_core_dump() {
    let folder = TempDir::new().expect("a folder");
    let folder = folder.path();
    let (node, _) = run(folder, &[]);
    let of = |name: &str| std::fs::read_to_string(format!("/proc/{}/{name}", node.id()));
    let limits = of("limits").expect("reads");
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).expect("a line");
    assert!(core.split_whitespace().rev().skip(1).take(2).all(|word| word == "1"), "{core}");
    assert_eq!(of("coredump_filter").expect("reads").trim(), "00000000");
    stop(folder, node);
}

/// The memory of a node with the default limits, and every honest request, under peers that take
/// connections and give nothing.
#[test]
fn five_thousand_idle_and_slow_connections_keep_no_request_out() {
    let folder = TempDir::new().expect("a folder");
    let folder = folder.path();
    // Half of them would be enough to fill every place of a node that has 1,024.
    let (node, address) = run(folder, &[]);
    let ask = |stream: &mut TcpStream| -> std::io::Result<String> {
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        stream.write_all(b"GET /livez HTTP/1.1\r\nhost: node\r\n\r\n")?;
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line)?;
        Ok(line)
    };
    let (mut idle, mut slow, mut honest) = (Vec::new(), Vec::new(), 0);
    for round in 0..50 {
        for number in 0..CONNECTIONS / 50 {
            let mut stream = TcpStream::connect(&address).expect("connects");
            if number % 5 == 0 {
                stream.write_all(b"GET /livez HTTP/1.1\r\nho").expect("sends");
                slow.push(stream);
            } else {
                idle.push(stream);
            }
        }
        let mut stream = TcpStream::connect(&address).expect("connects");
        let line = ask(&mut stream).unwrap_or_else(|error| panic!("round {round}: {error}"));
        honest += usize::from(line.starts_with("HTTP/1.1 200"));
        idle.push(stream);
    }
    assert_eq!(honest, 50, "every honest request is answered");
    let open = std::fs::read_dir(format!("/proc/{}/fd", node.id())).map_or(0, Iterator::count);
    assert!(open < 1_024 + 512 + 256, "{open} open files");
    drop((idle, slow));
    stop(folder, node);
}
