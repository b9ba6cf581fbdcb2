//! `tenor completions` and `tenor man`: what shells and `man` know of the command line.

use crate::cli::Cli;
use crate::core::{CliError, CliResult, Report, counted};
use clap::CommandFactory as _;
use clap_complete::Shell;
use std::path::Path;

/// A script that completes the command line in a shell.
pub(crate) fn completions(shell: Shell) -> CliResult<Report> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "tenor", &mut script);
    let script = String::from_utf8(script)
        .map_err(|error| CliError::Internal(format!("a script is not text: {error}")))?;
    Ok(Report::new()
        .line(script.trim_end())
        .field("shell", shell.to_string())
        .field("script", script))
}

/// One page for each command, in `directory`.
pub(crate) fn man(directory: &Path) -> CliResult<Report> {
    let failed = |error| CliError::file(directory, error);
    std::fs::create_dir_all(directory).map_err(failed)?;
    clap_mangen::generate_to(Cli::command(), directory).map_err(failed)?;
    let pages = std::fs::read_dir(directory).map_err(failed)?;
    let pages =
        pages.flatten().filter(|page| page.path().extension().is_some_and(|end| end == "1"));
    let (shown, count) = (directory.display(), pages.count());
    Ok(Report::new()
        .line(format!("{} in {shown}; read one with: man {shown}/tenor.1", counted(count, "page")))
        .field("directory", shown.to_string())
        .field("pages", count))
}
