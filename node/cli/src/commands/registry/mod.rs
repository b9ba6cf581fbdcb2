//! `tenor registry`: changes under dual control, and what the registry knows.

mod years;

use crate::core::typed::reply;
use crate::core::{CliError, CliResult, Context, Report, counted};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::path::PathBuf;
use tenor_abi::codec::encode as encode_borsh;
use tenor_client::codec::{decode, encode, function};
use tenor_client::interfaces::ReasonCode;
use tenor_client::interfaces::registry::{Action, ExecuteMsg, Proposal, QueryMsg};
use tenor_primitives::{Address, Hash, keccak256};

/// The registry.
#[derive(Subcommand, Debug)]
pub(crate) enum RegistryCommand {
    /// Propose changes from a JSON file of actions (by an officer)
    Propose(ProposeArgs),
    /// Read a proposal and put it into effect (by another officer)
    Confirm {
        /// Its number
        proposal: u64,
        /// The registry
        #[arg(long, default_value = "registry")]
        registry: String,
    },
    /// Propose years to follow those that a market's calendar knows (by an officer)
    ExtendMarket(years::YearsArgs),
    /// Take back an own proposal (by the officer who made it)
    Withdraw {
        /// Its number
        proposal: u64,
        /// The registry
        #[arg(long, default_value = "registry")]
        registry: String,
    },
    /// Show an open proposal
    Show {
        /// Its number
        proposal: u64,
        /// The registry
        #[arg(long, default_value = "registry")]
        registry: String,
    },
}

/// A proposal.
#[derive(Args, Debug)]
pub(crate) struct ProposeArgs {
    /// A JSON list of actions; `tenor contract help registry propose` describes them
    actions: PathBuf,
    #[command(flatten)]
    order: OrderArgs,
}

/// Why, and where.
#[derive(Args, Debug)]
struct OrderArgs {
    /// Why
    #[arg(long, default_value = "ONBOARDING")]
    reason: ReasonCode,
    /// The document behind it; its Keccak-256 is recorded
    #[arg(long)]
    document: Option<PathBuf>,
    /// The registry
    #[arg(long, default_value = "registry")]
    registry: String,
}

/// Runs the command.
pub(crate) async fn run(context: Context, command: RegistryCommand) -> CliResult<Report> {
    match command {
        RegistryCommand::Propose(args) => propose(&context, args).await,
        RegistryCommand::Confirm { proposal, registry } => {
            confirm(&context, &registry, proposal).await
        }
        RegistryCommand::ExtendMarket(args) => years::run(&context, args).await,
        RegistryCommand::Withdraw { proposal, registry } => {
            let address = context.address(&registry)?;
            let sent = context.execute(address, &ExecuteMsg::Withdraw { proposal }).await?;
            let headline = format!("proposal {proposal} is withdrawn");
            Ok(sent.headline(headline).field("proposal", proposal))
        }
        RegistryCommand::Show { proposal, registry } => {
            let address = context.address(&registry)?;
            let actions = actions_json(&context, address, proposal).await?.1;
            Ok(Report::new().line(pretty(&actions)).field("actions", actions))
        }
    }
}

async fn propose(context: &Context, args: ProposeArgs) -> CliResult<Report> {
    let registry = context.address(&args.order.registry)?;
    let path = &args.actions;
    let text = std::fs::read_to_string(path).map_err(|error| CliError::file(path, error))?;
    let actions: Value =
        serde_json::from_str(&text).map_err(|error| CliError::file(path, error))?;
    let spec = context.spec_of(&registry).await?;
    let (_, known) = function(&spec.execute, "propose")?;
    let list = known.input.iter().find(|field| field.name == "actions");
    let list = list.ok_or_else(|| CliError::Usage("this contract is not a registry".into()))?;
    let bytes = encode(&list.ty, &actions, context)?;
    propose_actions(context, &args.order, reply(&bytes)?).await
}

/// Proposes `actions` for a second officer to confirm.
async fn propose_actions(
    context: &Context,
    order: &OrderArgs,
    actions: Vec<Action>,
) -> CliResult<Report> {
    let registry = context.address(&order.registry)?;
    let document_hash = match &order.document {
        Some(path) => keccak256(&std::fs::read(path).map_err(|error| CliError::file(path, error))?),
        None => Hash::ZERO,
    };
    let count = counted(actions.len(), "action");
    let message = ExecuteMsg::Propose { actions, reason: order.reason, document_hash };
    let sent = context.execute(registry, &message).await?;
    let Some(output) = sent.output(0) else { return Ok(sent.report) };
    let proposal: u64 = reply(output)?;
    Ok(sent
        .headline(format!("proposal {proposal}: {count} for a second officer to confirm"))
        .field("proposal", proposal)
        .next(format!("tenor registry confirm {proposal} --as OTHER_OFFICER")))
}

async fn confirm(context: &Context, name: &str, proposal: u64) -> CliResult<Report> {
    let registry = context.address(name)?;
    let (record, actions) = actions_json(context, registry, proposal).await?;
    let actions_hash = keccak256(&encode_borsh(&record.actions));
    let sent = context.execute(registry, &ExecuteMsg::Confirm { proposal, actions_hash }).await?;
    let count = counted(record.actions.len(), "action");
    let proposer = context.name_of(&record.proposer);
    Ok(sent
        .headline(format!("proposal {proposal} by {proposer} is in effect: {count}"))
        .field("proposal", proposal)
        .field("actions", actions)
        .next("tenor contract query registry accounts --limit 100"))
}

/// An open proposal, and its actions as JSON.
async fn actions_json(
    context: &Context,
    registry: Address,
    proposal: u64,
) -> CliResult<(Proposal, Value)> {
    let record: Option<Proposal> = context.ask(registry, &QueryMsg::Proposal { proposal }).await?;
    let record = record.ok_or_else(|| CliError::Unknown {
        what: "the proposal",
        name: proposal.to_string(),
        hint: "it was confirmed, withdrawn, or never made".into(),
    })?;
    let spec = context.spec_of(&registry).await?;
    let (_, known) = function(&spec.query, "proposal")?;
    let whole = decode(&known.output, &encode_borsh(&Some(&record)))?;
    let actions = whole.get("actions").cloned().unwrap_or_else(|| json!([]));
    Ok((record, actions))
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string())
}
