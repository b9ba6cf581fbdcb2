//! The `tenor` binary: a node, a client of one, and a demo of a bond's life.

mod cli;
mod commands;
mod core;

use clap::Parser as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    let given: Vec<_> = std::env::args_os().collect();
    let json = given.iter().take_while(|word| *word != "--").any(|word| word == "--json");
    let words = match core::args::in_utf8(given) {
        Ok(words) => core::args::hoist_global_flags(words),
        Err(error) => return failed(&error, json),
    };
    let cli = match cli::Cli::try_parse_from(words) {
        Ok(cli) => cli,
        // Help and version are answers, not errors.
        Err(answer) if !answer.use_stderr() || !json => answer.exit(),
        Err(error) => return failed(&core::CliError::Usage(error.to_string()), json),
    };
    if let cli::Command::CompileWorker(limits) = &cli.command {
        // Before anything else takes memory or starts threads.
        return match commands::compile_worker::run(limits) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => failed(&error, json),
        };
    }
    // Before a key or a passphrase is read.
    if let Err(error) = core::process::keep_out_of_core_dumps() {
        return failed(&error, json);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            return failed(&core::CliError::Machine(format!("no runtime: {error}")), json);
        }
    };
    match runtime.block_on(commands::run(cli)).and_then(|report| say(&report, json)) {
        Ok(exit_code) => ExitCode::from(exit_code),
        Err(error) => failed(&error, json),
    }
}

/// Prints a report to standard output, and gives its exit code.
fn say(report: &core::Report, json: bool) -> core::CliResult<u8> {
    let text = if json { report.json().to_string() } else { report.text() };
    if !text.is_empty() {
        core::out::line(&text)?;
    }
    Ok(report.exit_code())
}

/// Prints an error to standard error; nothing where the reader has left.
fn failed(error: &core::CliError, json: bool) -> ExitCode {
    match error {
        core::CliError::Closed => {}
        error if json => core::out::note(&commands::error_json(error).to_string()),
        error => core::out::note(&format!("error: {error}")),
    }
    ExitCode::from(error.exit_code())
}
