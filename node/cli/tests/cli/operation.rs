//! What an operator sees of a real node: its second listener, its log, its doctor.

use crate::nodes::{command, run, start, stop, tenor};
use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The status and the body that `address` answers.
fn ask(address: &str, method: &str, path: &str, body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).expect("connects");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: node\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
    );
    stream.write_all((head + body).as_bytes()).expect("sends");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answers");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.expect("a status"), body.to_owned())
}

/// The lines of a log in JSON.
fn lines(folder: &Path) -> Vec<Value> {
    let log = std::fs::read_to_string(folder.join("log")).expect("reads");
    log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// The address that the log tells of the operator's listener.
fn operation(folder: &Path) -> String {
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        let opened = lines(folder)
            .into_iter()
            .find(|line| line["message"] == "the operator's listener is open");
        if let Some(line) = opened {
            return line["address"].as_str().expect("an address").to_owned();
        }
        assert!(Instant::now() < until, "the log tells no address");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn an_operator_asks_a_running_node_and_follows_a_transaction_in_its_log() {
    let folder = TempDir::new().expect("a folder");
    let folder = folder.path();
    // No block but the transaction's.
    let set =
        ["operation_listen=127.0.0.1:0", "log_format=json", "node.block.empty_block_after_ms=0"];
    let (node, url) = run(folder, &set.map(|set| ["--set", set]).concat());
    let address = operation(folder);
    for path in ["/livez", "/readyz"] {
        assert_eq!(ask(&address, "GET", path, ""), (200, "ok\n".into()), "{path}");
    }
    let (status, text) = ask(&address, "PUT", "/loglevel", "tenor_service=wrong=");
    assert!(status == 400 && text.starts_with("expected a log filter"), "{status} {text}");
    let filter = "info,tenor_service::pool=debug";
    assert_eq!(ask(&address, "PUT", "/loglevel", filter).0, 200);
    let (_, set) = ask(&address, "GET", "/loglevel", "");
    let mut directives: Vec<&str> = set.trim().split(',').collect();
    directives.sort_unstable();
    assert_eq!(directives.join(","), filter, "in the library's own order");

    tenor(folder, &["keys", "new", "alice", "--insecure-dev-keys"]);
    let made = command(folder, &["account", "create", "alice", "--as", "operator", "--json"])
        .env("TENOR_URL", format!("http://{url}"))
        .output()
        .expect("the binary runs");
    let made: Value = serde_json::from_slice(&made.stdout).expect("JSON");
    let (status, text) = ask(&address, "GET", "/metrics", "");
    assert!(status == 200 && text.ends_with("# EOF\n"), "{text}");
    assert!(text.contains(&format!("tenor_block_height {}\n", made["height"])), "{text}");

    stop(folder, node);
    let committed = lines(folder).into_iter().find(|line| line["message"] == "committed");
    let committed = committed.unwrap_or_else(|| panic!("{:?}", lines(folder)));
    assert_eq!(committed["transaction"], made["transaction_hash"]);
    assert_eq!(committed["height"], made["height"]);
    assert_eq!(committed["success"], true);
}

#[test]
fn a_node_without_room_says_so_to_whoever_asks_whether_it_is_ready() {
    let folder = TempDir::new().expect("a folder");
    let folder = folder.path();
    let set = ["operation_listen=127.0.0.1:0", "node.disk_free_bytes_min=1000000000000000"];
    let set = [&set[..], &["log_format=json"]].concat();
    let set: Vec<_> = set.iter().flat_map(|set| ["--set", set]).collect();
    let (node, url) = run(folder, &set);
    let address = operation(folder);
    let (status, text) = ask(&address, "GET", "/readyz", "");
    assert!(status == 503 && text.contains("bytes are free"), "{status} {text}");
    let (status, text) = ask(&url, "GET", "/readyz", "");
    assert!(status == 507 && text.contains("\"disk_full\""), "{status} {text}");
    let (_, text) = ask(&address, "GET", "/metrics", "");
    assert!(text.contains("tenor_ready 0\n"), "{text}");
    assert_eq!(ask(&url, "GET", "/livez", "").0, 200);
    stop(folder, node);
}

#[test]
fn a_restored_node_serves_its_events_and_remembers_what_was_done_before() {
    let folder = TempDir::new().expect("a folder");
    let folder = folder.path();
    let set = ["--set", "node.block.empty_block_after_ms=0"];
    let (node, url) = run(folder, &set);
    let open = |url: &str, name: &str| {
        let words = ["account", "create", name, "--with-key", "operator", "--as", "operator"];
        let words = [&words[..], &["--client-ref", name, "--json"]].concat();
        let url = format!("http://{url}");
        let output = command(folder, &words).env("TENOR_URL", url).output().expect("runs");
        let text = if output.status.success() { output.stdout } else { output.stderr };
        (output.status.code(), String::from_utf8_lossy(&text).into_owned())
    };
    for name in ["first", "second", "third"] {
        assert_eq!(open(&url, name).0, Some(0), "{name}");
    }
    let after = |url: &str, query: &str| ask(url, "GET", &format!("/v1/events?{query}"), "");
    stop(folder, node);
    assert!(tenor(folder, &["snapshot", "create", "node", "--out", "s"]).status.success());
    std::fs::remove_dir_all(folder.join("node/data")).expect("wiped");
    assert!(tenor(folder, &["snapshot", "restore", "s", "node"]).status.success());
    let (node, url) = start(folder, &set);
    // Its snapshot is of the third block: the events of that one and of those to come are kept.
    for (query, status, events) in [
        ("", 422, 0),
        ("from_height=2", 422, 0),
        ("from_height=3", 200, 1),
        ("from_height=4", 200, 0),
    ] {
        let (got, text) = after(&url, query);
        assert_eq!(got, status, "{query}: {text}");
        assert_eq!(text.matches("\"sequence\"").count(), events, "{query}: {text}");
    }
    // What had its effect before is not done again, nor called unknown.
    let (code, text) = open(&url, "first");
    assert!(code == Some(4) && text.contains("client_ref_used"), "{code:?} {text}");
    assert_eq!(open(&url, "fourth").0, Some(0));
    stop(folder, node);
}

#[test]
fn a_doctor_finds_what_would_keep_a_node_from_running() {
    let folder = TempDir::new().expect("a folder");
    let folder = folder.path();
    let (node, _) = run(folder, &[]);
    stop(folder, node);
    let doctor = |set: &[(&str, &str)]| {
        let mut doctor = command(folder, &["doctor", "--node", "node", "--json"]);
        let output = doctor.envs(set.iter().copied()).output().expect("the binary runs");
        let value: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let bad = value["findings"].as_array().expect("findings").iter();
        let bad: Vec<_> = bad.filter(|finding| finding["good"] == false).cloned().collect();
        (output.status.code(), bad)
    };
    let free_port = ("TENOR_NODE__LISTEN", "127.0.0.1:0");
    assert_eq!(doctor(&[free_port]), (Some(0), vec![]), "a node that has run");
    let connections = ("TENOR_NODE__API__CONNECTIONS_MAX", "1000000000000");
    let disk = ("TENOR_NODE__DISK_FREE_BYTES_MIN", "1000000000000000");
    let key = folder.join("node/keys/validator.json");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    std::fs::set_permissions(&key, mode).expect("permitted");
    let (code, bad) = doctor(&[free_port, connections, disk]);
    let named: Vec<_> = bad.iter().map(|finding| finding["what"].as_str().unwrap_or("")).collect();
    assert_eq!((code, named), (Some(9), vec!["key files", "disk", "limits"]));
    let said = |index: usize, text: &str| {
        assert!(bad[index]["text"].as_str().is_some_and(|said| said.contains(text)), "{bad:?}");
    };
    said(0, "chmod 600");
    said(1, "make room");
    said(2, "ulimit");
    std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .expect("permitted");
    // Another key makes no blocks: the directory holds a copy.
    let new = ["keys", "new", "other", "--insecure-dev-keys", "--config", "node"];
    assert!(command(folder, &new).status().expect("the binary runs").success());
    let (code, bad) = doctor(&[free_port, ("TENOR_VALIDATOR_KEY", "other")]);
    assert_eq!((code, bad.len(), &bad[0]["what"]), (Some(9), 1, &"validator".into()));
    assert!(bad[0]["text"].as_str().is_some_and(|said| said.contains("cannot run")), "{bad:?}");
    // Reached from elsewhere, without a word about who may read, and in plain text.
    let everywhere = ("TENOR_NODE__LISTEN", "0.0.0.0:0");
    let (code, bad) = doctor(&[everywhere]);
    let named: Vec<_> = bad.iter().map(|finding| finding["what"].as_str().unwrap_or("")).collect();
    assert_eq!((code, named), (Some(9), vec!["tls", "reads"]));
    let sessions = ("TENOR_NODE__API__READS", "sessions");
    let certificate = ("TENOR_NODE__TLS__CERTIFICATE", "missing.pem");
    let its_key = ("TENOR_NODE__TLS__KEY", "missing.key");
    let (_, bad) = doctor(&[everywhere, sessions, certificate, its_key]);
    assert!(
        bad.len() == 1 && bad[0]["text"].as_str().is_some_and(|said| said.contains("missing.pem"))
    );
    let (code, bad) = doctor(&[("TENOR_NODE__LISTEN", "nowhere")]);
    assert_eq!((code, &bad[0]["what"]), (Some(9), &"configuration".into()));
}
