//! A run of the demo, step by step.

use super::shell::Shell;
use std::os::unix::fs::symlink;
use std::path::Path;
use tenor_tests::{engine, workspace};

/// A step of the demo: a command line and what it printed.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) command: String,
    pub(crate) output: Vec<String>,
}

/// The demo, kept in `demo` of a folder that has `examples` as this repository has.
pub(crate) fn play(folder: &Path) -> Vec<Step> {
    symlink(workspace::root().join("examples"), folder.join("examples")).expect("a link");
    symlink(engine::contracts_folder(), folder.join("contracts")).expect("a link");
    let shell = Shell::new(folder, "");
    steps(&shell.run("tenor demo --data demo --contracts contracts --bonds examples/bonds"))
}

/// The steps of the demo's story. Blank lines and variables stand between them.
pub(crate) fn steps(story: &str) -> Vec<Step> {
    let (mut steps, mut is_output): (Vec<Step>, bool) = (Vec::new(), false);
    for line in story.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            steps.push(Step { command: command.to_owned(), output: Vec::new() });
            is_output = true;
        } else if line.is_empty() || line.starts_with("export ") {
            is_output = false;
        } else if let Some(step) = steps.last_mut().filter(|_| is_output) {
            step.output.push(line.to_owned());
        }
    }
    steps
}
