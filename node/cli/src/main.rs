//! The `tenor` binary: a node, a client of one, and a demo of a bond's life.

mod cli;
mod commands;
mod core;

use clap::Parser as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    let words = core::args::hoist_global_flags(std::env::args());
    let json = words.iter().any(|word| word == "--json");
    let cli = match cli::Cli::try_parse_from(words) {
        Ok(cli) => cli,
        // Help and version are answers, not errors.
        Err(answer) if !answer.use_stderr() || !json => answer.exit(),
        Err(error) => return failed(&core::CliError::Usage(error.to_string()), json),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: no runtime: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(commands::run(cli)) {
        Ok(report) => {
            let text = if json { report.json().to_string() } else { report.text() };
            if !text.is_empty() {
                println!("{text}");
            }
            ExitCode::SUCCESS
        }
        Err(error) => failed(&error, json),
    }
}

/// Prints an error to standard error.
fn failed(error: &core::CliError, json: bool) -> ExitCode {
    if json {
        eprintln!("{}", commands::error_json(error));
    } else {
        eprintln!("error: {error}");
    }
    ExitCode::from(error.exit_code())
}
