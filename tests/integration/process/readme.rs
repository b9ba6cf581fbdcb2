//! The README's commands: those that need no node are run, the others are looked up in a run of the
//! demo, and what is shown below them must be what they print.

use super::shell::Shell;
use super::shown::{self, Shown};
use super::story::{self, Step};
use std::path::Path;
use tempfile::TempDir;

/// How commands begin that need no node.
const WITHOUT_NODE: [&str; 2] = ["tenor bond schedule ", "tenor proof verify "];

/// What is wrong with a page, command by command. The commands of one block come in the demo's order.
fn faults(name: &str, page: &str, story: &[Step], shell: &Shell) -> Vec<String> {
    let (mut faults, mut block, mut from) = (Vec::new(), usize::MAX, 0);
    for shown in shown::prompts(page) {
        if shown.block != block {
            (block, from) = (shown.block, 0);
        }
        let checked = if WITHOUT_NODE.iter().any(|begin| shown.command.starts_with(begin)) {
            run(&shown, shell)
        } else {
            look_up(&shown, story, from).map(|at| from = at + 1)
        };
        if let Err(fault) = checked {
            faults.push(format!("{name}:{}: $ {}\n{fault}", shown.line_number, shown.command));
        }
    }
    faults
}

/// All that the command says must be shown, but for what the demo's story leaves out too: details,
/// which are indented, and the next command.
fn run(shown: &Shown, shell: &Shell) -> Result<(), String> {
    let output = shell.output(&shown.command);
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("expected success, got {}\n{said}", output.status));
    }
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let said = said.lines().filter(|line| !line.starts_with("  ") && !line.starts_with("next: "));
    let said: Vec<String> = said.map(str::to_owned).collect();
    if comparable(&said) == comparable(&shown.output) {
        return Ok(());
    }
    Err(differs(&shown.output, &said, "all of it"))
}

/// The step of the demo from `from` on that is this command and printed what is shown, in its order.
fn look_up(shown: &Shown, story: &[Step], from: usize) -> Result<usize, String> {
    let is_it = |at: &usize| story[*at].command == shown.command;
    let places: Vec<usize> = (from..story.len()).filter(is_it).collect();
    let printed_it = |at: &usize| has(&story[*at].output, &shown.output);
    if let Some(at) = places.iter().copied().find(printed_it) {
        return Ok(at);
    }
    let Some(last) = places.last() else {
        let hint = if (0..from).any(|at| is_it(&at)) {
            "the demo runs it before the command shown above it; show them in its order"
        } else {
            "no step of the demo; take one that `tenor demo` prints, character by character, or \
             name it in tests/integration/process/readme.rs if it needs no node"
        };
        return Err(hint.to_owned());
    };
    Err(differs(&shown.output, &story[*last].output, "any of it"))
}

fn differs(shown: &[String], printed: &[String], how_much: &str) -> String {
    let (shown, printed) = (shown.join("\n    "), printed.join("\n    "));
    format!("  shown:\n    {shown}\n  printed:\n    {printed}\n  show {how_much} as it is printed")
}

/// Whether `printed` has the lines of `shown` in their order.
fn has(printed: &[String], shown: &[String]) -> bool {
    let mut rest = comparable(printed).into_iter();
    comparable(shown).iter().all(|line| rest.any(|printed| printed == *line))
}

/// Heights alone may differ from run to run: the demo's power cut hits another moment each time.
fn comparable(lines: &[String]) -> Vec<String> {
    shown::without_heights(lines.iter().cloned()).collect()
}

#[test]
fn the_readme_shows_what_tenor_prints() {
    let folder = TempDir::new().expect("a temporary folder");
    let story = story::play(folder.path());
    // No node answers there, and no key is there: these commands need neither.
    let alone = "export TENOR_URL=http://127.0.0.1:1 TENOR_CONFIG=nobody";
    let shell = Shell::new(folder.path(), alone);
    let page = shown::page("README.md");
    assert!(!shown::prompts(&page).is_empty(), "README.md shows no command after \"$ \"");
    let faults = faults("README.md", &page, &story, &shell);
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn a_page_that_is_not_true_is_told_so() {
    let story = "$ tenor a\nyes\ntaken in block 7\n\n== Next\n$ tenor b\n$ tenor c\n│ 1,000.00 │\n";
    let story = story::steps(story);
    let shell = Shell::new(Path::new("/"), "");
    let count = |page: &str| faults("P", &format!("```\n{page}\n```"), &story, &shell).len();
    for page in [
        "$ tenor a",
        "$ tenor a\nyes",
        "$ tenor a\ntaken in block 9\n$ tenor c\n│ 1,000.00 │",
        "$ tenor c\n```\n```\n$ tenor a",
    ] {
        assert_eq!(count(page), 0, "{page}");
    }
    for page in [
        "$ tenor d",
        "$ tenor a ",
        "$ tenor a\nno",
        "$ tenor a\ntaken in block 7\nyes",
        "$ tenor a\ntaken at block 7",
        "$ tenor b\n│ 1,000.00 │",
        "$ tenor c\n│ 1,000.01 │",
        "$ tenor c\n$ tenor a",
        "$ tenor bond schedule /nowhere",
    ] {
        assert_eq!(count(page), 1, "{page}");
    }
}
