//! What is stopped leaves nothing; what is installed is found.

use crate::dev::{TENOR, contract};
use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

fn contracts() -> PathBuf {
    contract("cash").parent().expect("a folder").to_owned()
}

fn bonds() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/bonds")
}

/// A program as a terminal starts it: whoever runs these tests may have had them ignore SIGHUP, as
/// `nohup` does, which programs inherit.
fn on_a_terminal(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("env");
    command.arg("--default-signal=HUP,INT").arg(program);
    command
}

fn demo() -> Command {
    let mut demo = on_a_terminal(TENOR);
    demo.args(["demo", "--contracts"]).arg(contracts()).arg("--bonds").arg(bonds());
    demo
}

/// A command whose temporary directories lie in `place`, and the line it prints that begins with
/// `until`.
fn started(command: &mut Command, place: &Path, until: &str) -> (Child, String) {
    let mut child = command
        .env("TMPDIR", place)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary runs");
    let output = child.stdout.as_mut().expect("a pipe");
    let line = BufReader::with_capacity(1, output)
        .lines()
        .map(|line| line.expect("UTF-8"))
        .find(|line| line.starts_with(until))
        .unwrap_or_else(|| panic!("{command:?} ended before {until:?}"));
    (child, line)
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("sh").args(["-c", &format!("kill {name} {}", child.id())]).status();
    assert!(sent.is_ok_and(|status| status.success()), "{name}");
}

fn is_empty(place: &Path) -> bool {
    std::fs::read_dir(place).expect("a folder").next().is_none()
}

/// Nobody answers at the address in `export TENOR_URL=http://…`.
fn is_gone(line: &str) -> bool {
    let address = line.rsplit("//").next().expect("an address");
    TcpStream::connect(address.trim_end_matches('/')).is_err()
}

#[test]
fn a_demo_that_is_stopped_leaves_neither_node_nor_files() {
    for (name, code) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129)] {
        let place = TempDir::new().expect("a folder");
        let (mut child, url) = started(&mut demo(), place.path(), "export TENOR_URL=");
        assert!(!is_empty(place.path()) && !is_gone(&url), "it runs");
        signal(&child, name);
        // Its pipe stays open: a signal alone ends it.
        let rest = std::thread::spawn({
            let output = child.stdout.take();
            move || output.map(std::io::read_to_string)
        });
        assert_eq!(child.wait().expect("ends").code(), Some(code), "{name}");
        rest.join().expect("reads");
        assert!(is_empty(place.path()) && is_gone(&url), "{name} left something");
    }
}

#[test]
fn a_demo_that_nobody_reads_leaves_neither_node_nor_files() {
    let place = TempDir::new().expect("a folder");
    let (mut child, url) = started(&mut demo(), place.path(), "export TENOR_URL=");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("ends").code(), Some(141));
    assert!(is_empty(place.path()) && is_gone(&url), "something is left");
}

#[test]
fn a_development_ledger_goes_with_its_terminal() {
    let place = TempDir::new().expect("a folder");
    let mut dev = on_a_terminal(TENOR);
    dev.args(["dev", "--listen", "127.0.0.1:0"]);
    let (mut child, _) = started(&mut dev, place.path(), "Ctrl-C stops it");
    assert!(!is_empty(place.path()), "it runs");
    signal(&child, "-HUP");
    assert!(child.wait().expect("ends").success());
    assert!(is_empty(place.path()), "something is left");
}

#[test]
fn an_installed_demo_needs_no_repository() {
    let prefix = TempDir::new().expect("a folder");
    let (bin, share) = (prefix.path().join("bin"), prefix.path().join("share/tenor"));
    let program = bin.join("tenor");
    std::fs::create_dir_all(&bin).and_then(|()| std::fs::create_dir_all(&share)).expect("folders");
    // A copy may still be open for writing in a child that another test has just forked.
    std::fs::hard_link(TENOR, &program)
        .or_else(|_| std::fs::copy(TENOR, &program).map(drop))
        .expect("the binary");
    let demo = || {
        let mut demo = Command::new(&program);
        demo.arg("demo").current_dir(prefix.path()).env("TMPDIR", prefix.path());
        demo
    };
    let refused = demo().output().expect("the binary runs");
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(7), "{said}");
    assert!(said.contains("share/tenor/contracts") && said.contains("make contracts"), "{said}");
    symlink(contracts(), share.join("contracts")).expect("a link");
    let refused = demo().args(["--bonds", "/"]).output().expect("the binary runs");
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(7), "{said}");
    assert!(refused.stdout.is_empty() && said.contains(".toml"), "before anything begins: {said}");
    symlink(bonds(), share.join("bonds")).expect("a link");
    let place = TempDir::new().expect("a folder");
    let (mut child, _) = started(&mut demo(), place.path(), "export TENOR_URL=");
    signal(&child, "-TERM");
    assert_eq!(child.wait().expect("ends").code(), Some(143));
}
