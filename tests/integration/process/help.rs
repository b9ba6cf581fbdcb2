//! Commands that help texts and pages name exist, and the page on the command line is complete.

use super::shown;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;
use tenor_tests::process::tenor;

/// Whether the binary takes a command line, without doing what it says: help is asked for, and should
/// a contract's arguments swallow that flag, no node answers.
///
/// # Errors
/// What the binary says about the line.
pub(crate) fn parses(line: &str) -> Result<(), String> {
    let mut words: Vec<&str> = line.split_whitespace().skip(1).collect();
    words.extend(["--help", "--json"].into_iter().filter(|flag| !line.contains(flag)));
    let output = tenor()
        .args(words)
        .envs([("TENOR_URL", "http://127.0.0.1:1"), ("TENOR_CONFIG", "/nonexistent")])
        .stdin(Stdio::null())
        .output()
        .expect("the binary runs");
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let error: Value = serde_json::from_str(&text).map_err(|_| text.clone())?;
    let kind = error["error"]["kind"].as_str().unwrap_or_default();
    if ["unknown", "unreachable", "file"].contains(&kind) { Ok(()) } else { Err(text) }
}

/// The help text of every command, by the words after `tenor`.
fn help_texts() -> BTreeMap<String, String> {
    let (mut texts, mut open) = (BTreeMap::new(), vec![String::new()]);
    while let Some(words) = open.pop() {
        let output = tenor().args(words.split_whitespace()).arg("--help").output();
        let output = output.expect("the binary runs");
        assert!(output.status.success(), "tenor {words} --help");
        let text = String::from_utf8(output.stdout).expect("tenor prints UTF-8");
        let below = subcommands(&text).into_iter().map(|name| format!("{words} {name}"));
        open.extend(below.map(|words| words.trim().to_owned()));
        texts.insert(words, text);
    }
    texts
}

/// The commands below one, without the help command that each has of its own.
fn subcommands(help: &str) -> Vec<&str> {
    let list = help.split_once("\nCommands:\n").map_or("", |(_, list)| list);
    let rows = list.lines().take_while(|line| !line.is_empty());
    let rows = rows.filter_map(|row| row.strip_prefix("  ").filter(|row| !row.starts_with(' ')));
    let named = rows.filter_map(|row| row.split_once(' '));
    let ours = named.filter(|(_, about)| !about.trim_start().starts_with("Print this message"));
    ours.map(|(name, _)| name).collect()
}

/// The commands in the first column of the page's table, and their flags.
fn table(page: &str) -> BTreeMap<String, Vec<String>> {
    let mut commands = BTreeMap::new();
    for row in page.lines().filter_map(|line| line.strip_prefix("| `tenor ")) {
        let cell = row.split('`').next().unwrap_or_default().replace("\\|", "|");
        let (flags, words): (Vec<&str>, Vec<&str>) =
            cell.split(' ').partition(|word| word.starts_with('[') || word.ends_with(']'));
        let flags = flags.iter().map(|flag| flag.trim_matches(['[', ']']).to_owned());
        let flags: Vec<String> = flags.filter(|flag| flag.starts_with("--")).collect();
        let (group, names) = (words[0], words.get(1).copied().unwrap_or_default());
        for name in names.split('|') {
            commands.insert(format!("{group} {name}").trim().to_owned(), flags.clone());
        }
    }
    commands
}

#[test]
fn the_page_on_the_command_line_lists_every_command() {
    let texts = help_texts();
    let known = texts.iter().filter(|(_, text)| subcommands(text).is_empty());
    let known: BTreeSet<&String> = known.map(|(words, _)| words).collect();
    let listed = table(&shown::page("docs/cli.md"));
    let in_table: BTreeSet<&String> = listed.keys().collect();
    let wrong: Vec<_> = in_table.symmetric_difference(&known).collect();
    assert!(wrong.is_empty(), "in either the table of docs/cli.md or in --help alone: {wrong:?}");
    for (command, flags) in &listed {
        for flag in flags {
            assert!(texts[command].contains(flag), "docs/cli.md: tenor {command} has no {flag}");
        }
    }
}

#[test]
fn every_command_that_a_page_or_a_help_text_names_is_taken() {
    let helps =
        help_texts().into_iter().map(|(words, text)| (format!("tenor {words} --help"), text));
    // A placeholder whose form is checked.
    let hash = format!("0x{}", "00".repeat(32));
    let mut named = 0;
    for (place, text) in helps.chain(shown::pages()) {
        let mentions = shown::in_backticks(&text).into_iter();
        let code = shown::code(&text).into_iter().map(|(_, _, line)| line);
        let code = code.map(|line| line.strip_prefix("$ ").unwrap_or(line).to_owned());
        for line in mentions.chain(code).filter(|line| is_one_command(line)) {
            let line = line.replace(['[', ']'], "").replace("HASH", &hash);
            parses(&line).unwrap_or_else(|fault| panic!("{place} names `{line}`: {fault}"));
            named += 1;
        }
    }
    assert!(named > 0, "pages name commands");
}

/// Neither a table's list of several, nor clap's own help, nor a word that stands for any command.
fn is_one_command(line: &str) -> bool {
    let Some(words) = line.strip_prefix("tenor ") else { return false };
    let first = words.split(' ').next().unwrap_or_default();
    !line.contains('|') && first != "help" && first.chars().all(|c| c.is_ascii_lowercase())
}

#[test]
fn a_line_that_is_not_taken_is_told_so() {
    for line in ["tenor bond shedule x", "tenor dev --forever", "tenor contract help a b c"] {
        assert!(parses(line).is_err(), "{line}");
    }
}
