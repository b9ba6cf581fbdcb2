//! `tenor settle`: settlement instructions, as a custodian enters them.

mod allegements;
mod instruct;
mod row;
mod show;

use crate::core::typed::reply;
use crate::core::{CliError, CliResult, Context, Report, counted};
use clap::{Args, Subcommand};
use row::words;
use tenor_client::interfaces::registry::{self, Account, Party};
use tenor_client::interfaces::settlement::{Advanced, ExecuteMsg, InstructionStatus};
use tenor_client::interfaces::{Bic, Reference};
use tenor_primitives::Address;

/// Settlement instructions.
#[derive(Subcommand, Debug)]
pub(crate) enum SettleCommand {
    /// Enter one side of a trade, for your own account
    Instruct(Box<instruct::InstructArgs>),
    /// Show an instruction: its number, or an account and its reference
    Status {
        /// A number, or a reference of --account
        instruction: String,
        /// Whose reference it is [default: the account of --as]
        #[arg(long)]
        account: Option<String>,
        #[command(flatten)]
        place: Place,
    },
    /// List instructions: all in order of entry, or those of an account
    List(show::ListArgs),
    /// Unmatched instructions of others that name your party as their counterparty
    Allegements {
        /// The account whose party is named [default: the one of --as]
        #[arg(long)]
        account: Option<String>,
        /// Start after this number
        #[arg(long)]
        after: Option<u64>,
        #[command(flatten)]
        place: Place,
    },
    /// Try to settle what is due
    Advance {
        #[command(flatten)]
        place: Place,
    },
    /// Cancel an instruction of yours, or ask to when it is matched
    Cancel(Own),
    /// Take back the wish to cancel a matched instruction, before the other side has joined it
    WithdrawCancel(Own),
    /// Let an instruction of yours wait, matched or not
    Hold(Own),
    /// Let an instruction of yours settle that was on hold
    Release(Own),
}

/// An instruction of the sender's.
#[derive(Args, Clone, Debug)]
pub(crate) struct Own {
    /// Its reference
    reference: Reference,
    #[command(flatten)]
    place: Place,
}

/// Which settlement contract.
#[derive(Args, Clone, Debug)]
pub(crate) struct Place {
    /// The settlement contract
    #[arg(long, default_value = "settlement")]
    settlement: String,
}

/// Runs the command.
pub(crate) async fn run(context: Context, command: SettleCommand) -> CliResult<Report> {
    match command {
        SettleCommand::Instruct(args) => instruct::run(&context, *args).await,
        SettleCommand::Status { instruction, account, place } => {
            show::status(&context, &place, &instruction, account.as_deref()).await
        }
        SettleCommand::List(args) => show::list(&context, &args).await,
        SettleCommand::Allegements { account, after, place } => {
            allegements::run(&context, &place, account.as_deref(), after).await
        }
        SettleCommand::Advance { place } => advance(&context, &place).await,
        SettleCommand::Cancel(own) => cancel(&context, &own).await,
        SettleCommand::WithdrawCancel(own) => {
            let message = ExecuteMsg::WithdrawCancel { reference: own.reference };
            change(&context, &own, &message).await
        }
        SettleCommand::Hold(own) => {
            let message = ExecuteMsg::SetHold { reference: own.reference, on_hold: true };
            change(&context, &own, &message).await
        }
        SettleCommand::Release(own) => {
            let message = ExecuteMsg::SetHold { reference: own.reference, on_hold: false };
            change(&context, &own, &message).await
        }
    }
}

impl Place {
    fn address(&self, context: &Context) -> CliResult<Address> {
        context.address(&self.settlement)
    }
}

async fn advance(context: &Context, place: &Place) -> CliResult<Report> {
    let settlement = place.address(context)?;
    let sent = context.execute(settlement, &ExecuteMsg::Advance { limit: 100 }).await?;
    let Some(output) = sent.output(0) else { return Ok(sent.report) };
    let done: Advanced = reply(output)?;
    Ok(sent
        .headline(format!("{} tried, {} settled", counted(done.tried, "pair"), done.settled))
        .field("tried", done.tried)
        .field("settled", done.settled)
        .next("tenor settle list"))
}

/// Cancels at once what is unmatched; of a matched pair it notes the wish.
async fn cancel(context: &Context, own: &Own) -> CliResult<Report> {
    let (reference, settlement) = (own.reference, own.place.address(context)?);
    let sent = context.execute(settlement, &ExecuteMsg::Cancel { reference }).await?;
    let Some(output) = sent.output(0) else { return Ok(sent.report) };
    let status: InstructionStatus = reply(output)?;
    let text = match status {
        InstructionStatus::Pending { with, .. } => format!(
            "{reference}: you ask to cancel; in effect when the side of instruction {with} asks too"
        ),
        _ => format!("{reference}: {}", words(&status)),
    };
    let cancelled = matches!(status, InstructionStatus::Cancelled { .. });
    let who = context.sender_name()?;
    Ok(sent
        .headline(text)
        .field("status", words(&status))
        .field("cancelled", cancelled)
        .next(format!("tenor settle status {reference} --account {who}")))
}

/// Changes an instruction, and says where it stands then.
async fn change(context: &Context, own: &Own, message: &ExecuteMsg) -> CliResult<Report> {
    let sent = context.execute(own.place.address(context)?, message).await?;
    let Some(output) = sent.output(0) else { return Ok(sent.report) };
    let status: InstructionStatus = reply(output)?;
    let (reference, who) = (own.reference, context.sender_name()?);
    Ok(sent
        .headline(format!("{reference}: {}", words(&status)))
        .field("status", words(&status))
        .next(format!("tenor settle status {reference} --account {who}")))
}

/// The BIC of an account's party.
async fn bic_of(context: &Context, registry: Address, account: &Address) -> CliResult<Bic> {
    let missing = |what| CliError::Unknown {
        what,
        name: context.name_of(account),
        hint: "the registrar onboards it: tenor registry propose".into(),
    };
    let question = registry::QueryMsg::Account { account: *account };
    let found: Option<Account> = context.ask(registry, &question).await?;
    let lei = found.ok_or_else(|| missing("the registry's account"))?.terms.party;
    let party: Option<Party> = context.ask(registry, &registry::QueryMsg::Party { lei }).await?;
    Ok(party.ok_or_else(|| missing("the party of"))?.bic)
}
