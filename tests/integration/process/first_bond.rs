//! `docs/first-bond.md` is run as it stands, with the term file that it begins from. Between the coupon
//! and the redemption the same ledger is shown to accounts alone, and each office reads what its work needs.

use super::dev::Dev;
use super::shell::Shell;
use super::shown::{self, Shown};
use std::fs;
use std::path::Path;
use std::process::Output;
use tempfile::TempDir;
use tenor_tests::process::tenor;
use tenor_tests::{engine, workspace};

const PAGE: &str = "docs/first-bond.md";
/// Where the page stops for the questions of accounts.
const PAUSE: &str = "## 9. Redemption";
/// Commands that a busy node refuses for now are sent again, as the page says.
const TRIES_MAX: u32 = 5;

/// The page's files: each block of JSON has the name that is set in backticks before it.
fn files(page: &str) -> Vec<(String, String)> {
    let mut parts = page.split("```json\n");
    let mut before = parts.next().unwrap_or_default();
    let mut files = Vec::new();
    for part in parts {
        let (json, rest) = part.split_once("```").expect("a block ends");
        let name = shown::in_backticks(before).into_iter().rfind(|word| word.ends_with(".json"));
        files.push((name.expect("a name before the block"), json.to_owned()));
        before = rest;
    }
    files
}

/// Whether a printed line is the one on the page, where `…` stands for what differs from run to run.
fn is_line(expected: &str, printed: &str) -> bool {
    let mut rest = printed;
    let mut parts = expected.split('…');
    let Some(found) = parts.next().and_then(|first| rest.strip_prefix(first)) else { return false };
    rest = found;
    let mut ends_open = false;
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
        ends_open = part.is_empty();
    }
    ends_open || rest.is_empty()
}

/// Runs one command of the page; what is wrong with what it printed.
fn check(shell: &Shell, shown: &Shown) -> Result<(), String> {
    let output = again_while_busy(shell, &shown.command);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() {
        return Err(format!("{}: $ {}\n{said}", shown.line_number, shown.command));
    }
    let printed = String::from_utf8(output.stdout).expect("tenor prints UTF-8");
    let mut lines = shown::without_heights(printed.lines().map(str::to_owned));
    for expected in
        shown::without_heights(shown.output.iter().filter(|line| !line.is_empty()).cloned())
    {
        if !lines.any(|line| is_line(&expected, &line)) {
            return Err(format!(
                "{PAGE}:{}: $ {}\nexpected the line\n  {expected}\nin its place in\n{printed}",
                shown.line_number, shown.command
            ));
        }
    }
    Ok(())
}

fn again_while_busy(shell: &Shell, command: &str) -> Output {
    for _ in 1..TRIES_MAX {
        let output = shell.output(command);
        let said = String::from_utf8_lossy(&output.stderr);
        if !["code_not_compiled", "deadline"].iter().any(|code| said.contains(code)) {
            return output;
        }
    }
    shell.output(command)
}

/// Opens the kept ledger and runs `work` in a shell beside it.
fn beside_a_node(folder: &Path, work: impl FnOnce(&Shell)) {
    let dev = Dev::start(tenor(), folder, &["--data", "first"]);
    let wasm = engine::contracts_folder();
    let exports = format!("{}\nW={:?}", dev.exports(), wasm);
    work(&Shell::new(folder, &exports));
    dev.stop();
}

fn run_all(shell: &Shell, all: &[Shown]) {
    for shown in all.iter().filter(|shown| !shown.command.starts_with("tenor dev ")) {
        check(shell, shown).unwrap_or_else(|fault| panic!("{fault}"));
    }
}

/// Asserts that a command succeeds and says all of `words`.
#[track_caller]
fn says(shell: &Shell, command: &str, words: &[&str]) {
    let printed = shell.run(command);
    for word in words {
        assert!(printed.contains(word), "$ {command}\nexpected {word:?} in\n{printed}");
    }
}

/// Asserts that a command fails with this exit code and says this.
#[track_caller]
fn refused(shell: &Shell, command: &str, exit_code: i32, word: &str) {
    let output = shell.output(command);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(exit_code), "$ {command}\n{said}");
    assert!(said.contains(word), "$ {command}\nexpected {word:?} in\n{said}");
}

/// Asserts that a command succeeds and does not say this: of a list an account gets what names it.
#[track_caller]
fn keeps_back(shell: &Shell, command: &str, word: &str) {
    let printed = shell.run(command);
    assert!(!printed.contains(word), "$ {command}\nexpected no {word:?} in\n{printed}");
}

/// What each office reads on a node that wants sessions, and what nobody else does.
fn offices_read_what_their_work_needs(shell: &Shell) {
    let proof = "tenor proof get bond-xs0000000009 holdings";
    let verify = "tenor proof verify p.json --genesis first/genesis.toml";
    shell.run("tenor keys new supervisor --insecure-dev-keys");
    shell.run("tenor account create supervisor --roles regulator --as operator");
    for (asked, who) in [("bob", "bob"), ("--all", "issuer"), ("--all", "supervisor")] {
        shell.run(&format!("{proof} {asked} --out p.json --as {who}"));
        says(shell, verify, &["verified", "500000000"]);
    }
    refused(shell, &format!("{proof} bob --out q.json --as alice"), 4, "not_a_reader");
    refused(shell, &format!("{proof} --all --out q.json --as bob"), 4, "not_a_reader");

    says(
        shell,
        "tenor settle list --account bob --as bob",
        &["settled with 1", "1,001,500.00 EUR"],
    );
    says(shell, "tenor settle status B-1 --as bob", &["settled with 1", "1,001,500.00 EUR"]);
    keeps_back(shell, "tenor settle list --account bob --as alice", "settled");
    let instruct = "tenor settle instruct --receive --bond XS0000000009 --face 1,000.00 --cash 1,000.00 \
                    --trade-date 2027-01-06 --settlement-date 2027-01-11 --reference B-2 --as bob";
    refused(shell, &format!("{instruct} --counterparty alice"), 2, "expected a BIC");
    says(shell, &format!("{instruct} --counterparty ALICXXFU"), &["InstructionEntered", "B-2"]);
    says(shell, "tenor settle list --account bob --pending --as bob", &["unmatched"]);
    says(shell, "tenor settle allegements --as alice", &["BOBBXXFU", "1,000.00 EUR"]);
    let others =
        "tenor contract query settlement allegements_of --account alice --limit 9 --as bank";
    keeps_back(shell, others, "B-2");

    says(shell, "tenor bond holders XS0000000009 --as bank", &["alice", "5,000,000.00"]);
    says(shell, "tenor bond holders XS0000000009 --period 0 --as bank", &["150,000.00"]);
    refused(shell, "tenor bond holders XS0000000009 --as alice", 4, "not_a_reader");
    says(shell, "tenor cash balance cash-eur alice --as bank", &["alice: "]);
    refused(shell, "tenor cash balance cash-eur alice --as bob", 4, "not_a_reader");
    let book = "tenor contract query bond-xs0000000009 orders_for --limit 9 --party";
    says(shell, &format!("{book} bank --as bank"), &["ORDER-alice", "ORDER-bob"]);
    refused(shell, &format!("{book} alice --as alice"), 3, "NotForParty");
    keeps_back(shell, &format!("{book} bank --as alice"), "ORDER-bob");

    // The key that has signed reads nothing any more; what it has signed has happened all the same.
    shell.run("tenor keys new bobs-next --insecure-dev-keys");
    says(shell, "tenor account keys bob --replace bob=bobs-next --as bob", &["bob has 1 key"]);
    says(shell, "tenor account show bob --as bob --key bobs-next", &["bob ("]);
    shell.run("tenor account keys bob --replace bobs-next=bob --as bob --key bobs-next");
}

#[test]
fn the_page_of_a_first_bond_is_true_and_its_offices_read_what_they_need() {
    let folder = TempDir::new().expect("a temporary folder");
    let page = shown::page(PAGE);
    for (name, json) in files(&page) {
        fs::write(folder.path().join(name), json).expect("written");
    }
    let template = workspace::root().join("examples/terms-template.toml");
    fs::copy(template, folder.path().join("my-bond.toml")).expect("the template is there");
    let (first, rest) = page.split_once(PAUSE).expect("the page has this chapter");
    let (first, rest) = (shown::prompts(first), shown::prompts(rest));
    assert!(first.len() > 40 && rest.len() > 5, "{} and {} commands", first.len(), rest.len());

    beside_a_node(folder.path(), |shell| run_all(shell, &first));
    let settings = folder.path().join("first/node.toml");
    let open = fs::read_to_string(&settings).expect("the node's settings");
    let guarded = format!("{open}\n[node.api]\nreads = \"sessions\"\n");
    fs::write(&settings, guarded).expect("written");
    beside_a_node(folder.path(), offices_read_what_their_work_needs);
    fs::write(&settings, open).expect("written");
    beside_a_node(folder.path(), |shell| run_all(shell, &rest));
}

#[test]
fn a_line_of_the_page_is_a_line_that_is_printed() {
    for (expected, printed, is_it) in [
        ("a b", "a b", true),
        ("a b", "a b c", false),
        ("a b", "x a b", false),
        ("code … bytes, hash 0x…", "code 12 bytes, hash 0x34", true),
        ("code … bytes, hash 0x…", "code 12 bytes", false),
        ("code …", "cod", false),
        ("… end", "the end", true),
        ("… end", "the end.", false),
    ] {
        assert_eq!(is_line(expected, printed), is_it, "{expected:?} {printed:?}");
    }
}
