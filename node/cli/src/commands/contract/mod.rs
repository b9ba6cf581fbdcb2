//! `tenor contract`: build, upload, approve, instantiate, call, ask.

pub(crate) mod build;
mod calls;
mod codes;
mod help;
mod instances;
mod spec_json;

use crate::core::{CliError, CliResult, Context, Report};
use clap::{Args, Subcommand};
use serde_json::Value;
use std::path::PathBuf;
use tenor_abi::spec::FieldSpec;
use tenor_client::codec::arguments_from_flags;

/// Contracts.
#[derive(Subcommand, Debug)]
#[command(disable_help_subcommand = true)] // ours explains contracts, not flags
pub(crate) enum ContractCommand {
    /// Compile contract crates to wasm
    Build(build::BuildArgs),
    /// Check a module against the ledger's rules, without sending it
    Check {
        /// The wasm file
        file: PathBuf,
    },
    /// Upload a module (by a deployer)
    Upload {
        /// The wasm file
        file: PathBuf,
        /// Its name here [default: the name in its spec]
        #[arg(long)]
        name: Option<String>,
    },
    /// Approve uploaded code (by an operator other than its uploader)
    Approve {
        /// Code names or hashes
        #[arg(required = true)]
        codes: Vec<String>,
    },
    /// Create an instance of approved code
    Instantiate(InstantiateArgs),
    /// Call a contract; flags and help come from its spec
    Call(CallArgs),
    /// Ask a contract; flags and help come from its spec
    Query(CallArgs),
    /// List instances
    List {
        /// Only those created by this account
        #[arg(long)]
        creator: Option<String>,
    },
    /// What a contract offers, or how one function is called
    Help {
        /// An instance, a code, or a wasm file
        contract: String,
        /// A function
        function: Option<String>,
    },
}

/// A new instance.
#[derive(Args, Debug)]
pub(crate) struct InstantiateArgs {
    /// The code: its name or hash
    pub(crate) code: String,
    /// Its label, unique per creator; also its name here
    pub(crate) label: String,
    /// Arguments as flags, as `tenor contract help CODE` explains, or --args JSON
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) arguments: Vec<String>,
}

/// A call or a question.
#[derive(Args, Debug)]
pub(crate) struct CallArgs {
    /// The instance
    pub(crate) contract: String,
    /// The function
    pub(crate) function: String,
    /// Arguments as flags, as `tenor contract help CONTRACT FUNCTION` explains, or --args JSON;
    /// @FILE stands for a file's content
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) arguments: Vec<String>,
}

/// Runs the command.
pub(crate) async fn run(context: Context, command: ContractCommand) -> CliResult<Report> {
    match command {
        ContractCommand::Build(args) => build::run(&args),
        ContractCommand::Check { file } => codes::check(&file),
        ContractCommand::Upload { file, name } => codes::upload(context, &file, name).await,
        ContractCommand::Approve { codes } => codes::approve(&context, &codes).await,
        ContractCommand::Instantiate(args) => instances::instantiate(context, args).await,
        ContractCommand::Call(args) => calls::call(&context, &args).await,
        ContractCommand::Query(args) => calls::query(&context, &args).await,
        ContractCommand::List { creator } => instances::list(&context, creator).await,
        ContractCommand::Help { contract, function } => {
            help::run(&context, &contract, function.as_deref()).await
        }
    }
}

/// The JSON of `words`: flags of `fields`, or `--args JSON`. `@FILE` is a file's content and `@@` an
/// at sign.
fn arguments(fields: &[FieldSpec], words: &[String]) -> CliResult<Value> {
    let words = words.iter().map(|word| from_file(word)).collect::<CliResult<Vec<_>>>()?;
    match words.as_slice() {
        [flag, json] if flag == "--args" => serde_json::from_str(json)
            .map_err(|error| CliError::Usage(format!("--args: expected JSON, got {error}"))),
        _ => Ok(arguments_from_flags(fields, &words)?),
    }
}

fn from_file(word: &str) -> CliResult<String> {
    match word.strip_prefix('@') {
        None => Ok(word.into()),
        Some(literal) if literal.starts_with('@') => Ok(literal.into()),
        Some(path) => std::fs::read_to_string(path)
            .map(|text| text.trim_end().to_owned())
            .map_err(|error| CliError::file(path, error)),
    }
}
