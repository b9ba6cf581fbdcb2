//! Pipes that close, disks that are full, arguments that are no text, waiting for ever.

use crate::dev::{Dev, TENOR, contract};
use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::ffi::OsStrExt as _;
use std::process::Command;

fn help() -> Command {
    let mut command = Command::new(TENOR);
    command.args(["contract", "help"]).arg(contract("cash"));
    command
}

#[test]
fn a_reader_that_leaves_ends_the_command_without_a_word() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let output = help().stdout(writer).output().expect("the binary runs");
    assert_eq!(output.status.code(), Some(141));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_full_disk_is_an_error_with_a_name() {
    let full = || File::options().write(true).open("/dev/full").expect("/dev/full");
    let output = help().stdout(full()).output().expect("the binary runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(7), "{said}");
    assert!(said.contains("standard output") && said.contains("room"), "{said}");
    let output = help().arg("nothing").stderr(full()).output().expect("the binary runs");
    assert_eq!(output.status.code(), Some(2), "what cannot be said is no reason to panic");
}

#[test]
fn arguments_that_are_no_text_are_refused() {
    let word = OsStr::from_bytes(b"caf\xe9");
    let output = Command::new(TENOR).arg("tx").arg(word).output().expect("the binary runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("UTF-8"), "{said}");
}

#[test]
fn waiting_has_no_longest_time() {
    let dev = Dev::start();
    let hash = format!("0x{}", "ab".repeat(32));
    let line = format!("tx wait {hash} --timeout 18446744073709551615");
    dev.refused(&line, 4, &["unknown_transaction"]);
}
