//! The examples of docs/cli.md, run in their order on a ledger that has what they speak of; and the
//! make targets that pages name.

use super::dev::Dev;
use super::shell::Shell;
use super::shown;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use tempfile::TempDir;
use tenor_tests::engine;
use tenor_tests::process::tenor;

/// The page takes these for granted: a registry, a cash token of `bank`, and `treasury`, which
/// `maker` and `checker` sign for together.
const BEFORE: [&str; 13] = [
    "tenor contract upload contracts/registry.wasm --as developer",
    "tenor contract upload contracts/cash.wasm --as developer",
    "tenor contract approve registry cash --as operator",
    "tenor contract instantiate registry registry --officers operator,registrar --as operator",
    "tenor keys new bank --insecure-dev-keys",
    "tenor keys new maker --insecure-dev-keys",
    "tenor keys new checker --insecure-dev-keys",
    "tenor account create bank --as operator",
    "tenor account create treasury --with-key maker:initiate --with-key checker:approve,admin \
     --as operator",
    "tenor contract instantiate cash cash-eur --registry registry --provider bank --currency EUR \
     --as operator",
    "tenor registry propose onboarding.json --as registrar",
    "tenor registry confirm 1 --as operator",
    "tenor cash mint cash-eur treasury 1,500.00 --reference M-0 --as bank",
];

/// The term file that the page prices.
const NOTE: &str = include_str!("../../terms/treasury-note-1995.toml");

/// The curve that it measures spreads over: three points, the last after the note's last payment.
const CURVE: &str = "date,zero_rate\n1986-05-15,0.08\n1990-11-15,0.09\n1995-11-20,0.095\n";

/// A party of one name, and its accounts.
fn actions(name: &str, lei: &str, bic: &str, accounts: &[&str]) -> Value {
    let party = json!({"lei": lei, "bic": bic, "name": name, "roles": ["Holder"]});
    let mut actions = vec![json!({"SetParty": {"party": party}})];
    actions.extend(accounts.iter().map(|account| {
        json!({"SetAccount": {"terms": {"account": account, "party": lei, "kind": "Own",
            "tax_class": 0, "eligible_from": "2026-01-02T08:00:00Z"}}})
    }));
    actions.into()
}

/// The files that the page names, and those of the commands before.
fn write_files(folder: &Path) {
    let link = std::os::unix::fs::symlink(engine::contracts_folder(), folder.join("contracts"));
    link.expect("a link to the contracts");
    let write = |name: &str, text: String| {
        std::fs::write(folder.join(name), text).expect("writes");
    };
    write("note.toml", NOTE.to_owned());
    write("curve.csv", CURVE.to_owned());
    write("floater.toml", shown::page("examples/instruments/floating-single-fixing.toml"));
    let holders = ["alice", "bob", "treasury"];
    let first = actions("Birch Bank", "TENR00BIRCHBANK00003", "BRCHXXBA", &holders);
    write("onboarding.json", first.to_string());
    let more = actions("Cedar Life Assurance", "TENR00CEDARLIFE00057", "CDARXXLI", &["issuer"]);
    let none = format!("0x{}", "00".repeat(32));
    let proposal = json!({"actions": more, "reason": "ONBOARDING", "document_hash": none});
    write("proposal.json", proposal.to_string());
}

#[test]
fn the_examples_of_the_page_on_the_command_line_work() {
    let folder = TempDir::new().expect("a temporary folder");
    write_files(folder.path());
    let dev = Dev::start(tenor(), folder.path(), &[]);
    let passphrase = "export TENOR_PASSPHRASE='correct horse battery staple'";
    let shell = Shell::new(folder.path(), &format!("{}\n{passphrase}", dev.exports()));
    for command in BEFORE {
        shell.run(command);
    }
    let page = shown::page("docs/cli.md");
    let examples: Vec<&str> = shown::code(&page).into_iter().map(|(_, _, line)| line).collect();
    let examples: Vec<&str> =
        examples.into_iter().filter(|line| line.starts_with("tenor ")).collect();
    assert!(examples.len() > 1, "docs/cli.md has examples");
    for example in examples {
        shell.run(example);
    }
    let balance = |account: &str| shell.run(&format!("tenor cash balance cash-eur {account}"));
    assert!(balance("alice").contains("1,000.00"), "minted in minor units by the page");
    assert!(balance("bob").contains("1,000.00"), "paid by two signers on the page");
    assert!(balance("treasury").contains("500.00"), "what is left");
    shell.run("tenor registry confirm 2 --as operator");
}

#[test]
fn every_make_target_that_a_page_names_exists() {
    let makefile = shown::page("Makefile");
    let rules = makefile.lines().filter_map(|line| line.split_once(':'));
    let targets: BTreeSet<&str> = rules.map(|(target, _)| target).collect();
    let mut named = 0;
    for (name, text) in shown::pages() {
        let lines = shown::code(&text).into_iter().map(|(_, _, line)| line.to_owned());
        for line in lines.chain(shown::in_backticks(&text)) {
            let Some(words) = line.strip_prefix("make ") else { continue };
            let words = words.split_whitespace().take_while(|word| *word != "#");
            // `NAME=value` sets a variable.
            for target in words.filter(|word| !word.contains('=')) {
                assert!(targets.contains(target), "{name}: the Makefile has no target {target:?}");
                named += 1;
            }
        }
    }
    assert!(named > 0, "the pages name make targets");
}
