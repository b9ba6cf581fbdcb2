//! `tenor settle`: settlement instructions, as a custodian enters them.

use crate::commands::bond::Bond;
use crate::core::table::table;
use crate::core::typed::reply;
use crate::core::{CliError, CliResult, Context, Report, money};
use clap::{ArgGroup, Args, Subcommand};
use serde_json::json;
use tenor_bond_math::Date;
use tenor_client::interfaces::registry::{self, Account, Party};
use tenor_client::interfaces::settlement::{
    Advanced, CashLeg, Config, CreditDebit, ExecuteMsg, Instruction, InstructionRecord,
    InstructionStatus, Movement, PaymentType, QueryMsg, SettlementParty, Submitted,
};
use tenor_client::interfaces::{Bic, Reference};
use tenor_primitives::Address;

/// Settlement instructions.
#[derive(Subcommand, Debug)]
pub(crate) enum SettleCommand {
    /// Enter one side of a trade, for your own account
    Instruct(Box<InstructArgs>),
    /// Show an instruction: its number, or an account and its reference
    Status {
        /// A number, or a reference of --account
        instruction: String,
        /// Whose reference it is
        #[arg(long)]
        account: Option<String>,
        #[command(flatten)]
        place: Place,
    },
    /// List instructions in order of entry
    List {
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
    Cancel {
        /// Its reference
        reference: Reference,
        #[command(flatten)]
        place: Place,
    },
}

/// Which settlement contract.
#[derive(Args, Clone, Debug)]
pub(crate) struct Place {
    /// The settlement contract
    #[arg(long, default_value = "settlement")]
    settlement: String,
}

/// One side of a trade.
#[derive(Args, Debug)]
#[command(group(ArgGroup::new("side").required(true).args(["deliver", "receive"])))]
pub(crate) struct InstructArgs {
    /// Your account gives the bonds and gets the cash
    #[arg(long)]
    deliver: bool,
    /// Your account gets the bonds and pays the cash
    #[arg(long)]
    receive: bool,
    /// The bond: its ISIN or its name
    #[arg(long)]
    bond: String,
    /// Face amount, such as 1,000,000.00
    #[arg(long)]
    face: String,
    /// Cash against it; without it the delivery is free of payment
    #[arg(long)]
    cash: Option<String>,
    /// The other side: a BIC, or the name of an account
    #[arg(long)]
    counterparty: String,
    /// Day of the trade
    #[arg(long)]
    trade_date: Date,
    /// First day on which it may settle
    #[arg(long)]
    settlement_date: Date,
    /// Your reference, unique for ever
    #[arg(long)]
    reference: Reference,
    /// A reference that both sides know
    #[arg(long)]
    common_reference: Option<Reference>,
    /// Match it, but settle only when released
    #[arg(long)]
    on_hold: bool,
    /// 1 to 4; 3 is normal
    #[arg(long, default_value_t = 3)]
    priority: u8,
    #[command(flatten)]
    place: Place,
}

/// Runs the command.
pub(crate) async fn run(context: Context, command: SettleCommand) -> CliResult<Report> {
    match command {
        SettleCommand::Instruct(args) => instruct(&context, *args).await,
        SettleCommand::Status { instruction, account, place } => {
            status(&context, &place, &instruction, account.as_deref()).await
        }
        SettleCommand::List { after, place } => list(&context, &place, after).await,
        SettleCommand::Advance { place } => advance(&context, &place).await,
        SettleCommand::Cancel { reference, place } => {
            let settlement = context.address(&place.settlement)?;
            let sent = context.execute(settlement, &ExecuteMsg::Cancel { reference }).await?;
            let Some(output) = sent.output(0) else { return Ok(sent.report) };
            let status: InstructionStatus = reply(output)?;
            Ok(sent
                .headline(format!("{reference}: {}", words(&status)))
                .field("status", words(&status)))
        }
    }
}

async fn instruct(context: &Context, args: InstructArgs) -> CliResult<Report> {
    let settlement = context.address(&args.place.settlement)?;
    let config: Config = context.ask(settlement, &QueryMsg::Config).await?;
    let instruction = instruction(context, &config, &args).await?;
    let message = ExecuteMsg::Submit { instruction: Box::new(instruction) };
    let sent = context.execute(settlement, &message).await?;
    let Some(output) = sent.output(0) else { return Ok(sent.report) };
    let submitted: Submitted = reply(output)?;
    let (id, status) = (submitted.id, words(&submitted.status));
    Ok(sent
        .headline(format!("instruction {id}: {status}"))
        .field("id", id)
        .field("status", status)
        .next(format!("tenor settle status {id}")))
}

async fn instruction(
    context: &Context,
    config: &Config,
    args: &InstructArgs,
) -> CliResult<Instruction> {
    let bond = Bond::find(context, &args.bond).await?;
    let currency = bond.draft.terms.currency;
    let movement = if args.deliver { Movement::Deliver } else { Movement::Receive };
    let direction = if args.deliver { CreditDebit::Credit } else { CreditDebit::Debit };
    let cash = args
        .cash
        .as_deref()
        .map(|text| money::parse(text, currency))
        .transpose()?
        .map(|amount| CashLeg { currency, amount, direction });
    let own = bic_of(context, config.registry, &context.sender()?).await?;
    let other = counterparty(context, config.registry, &args.counterparty).await?;
    let party = |bic| SettlementParty { bic, csd: config.csd, client: None, account: None };
    let (deliverer, receiver) =
        if args.deliver { (party(own), party(other)) } else { (party(other), party(own)) };
    Ok(Instruction {
        reference: args.reference,
        movement,
        payment: match cash {
            Some(_) => PaymentType::AgainstPayment,
            None => PaymentType::FreeOfPayment,
        },
        isin: bond.draft.terms.isin,
        face_amount: money::parse(&args.face, currency)?,
        trade_date: args.trade_date,
        settlement_date: args.settlement_date,
        cash,
        deliverer,
        receiver,
        common_reference: args.common_reference,
        opt_out: None,
        cum_ex: None,
        on_hold: args.on_hold,
        priority: args.priority,
    })
}

/// A BIC as it is, or the BIC of an account's party.
async fn counterparty(context: &Context, registry: Address, text: &str) -> CliResult<Bic> {
    match text.parse::<Bic>() {
        Ok(bic) if bic.is_valid() => Ok(bic),
        _ => bic_of(context, registry, &context.address(text)?).await,
    }
}

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

async fn status(
    context: &Context,
    place: &Place,
    instruction: &str,
    account: Option<&str>,
) -> CliResult<Report> {
    let settlement = context.address(&place.settlement)?;
    let question = match account {
        Some(account) => {
            let reference = instruction
                .parse()
                .map_err(|error| CliError::Usage(format!("reference {instruction:?}: {error}")))?;
            QueryMsg::InstructionBy { account: context.address(account)?, reference }
        }
        None => QueryMsg::Instruction {
            id: instruction.parse().map_err(|_| {
                CliError::Usage(format!(
                    "expected an instruction's number, or a reference with --account, got {instruction:?}"
                ))
            })?,
        },
    };
    let record: Option<InstructionRecord> = context.ask(settlement, &question).await?;
    let record = record.ok_or_else(|| CliError::Unknown {
        what: "the instruction",
        name: instruction.into(),
        hint: "tenor settle list shows all".into(),
    })?;
    let report = Report::new().line(rows(context, std::slice::from_ref(&record)));
    Ok(report.field("id", record.id).field("status", words(&record.status)))
}

async fn list(context: &Context, place: &Place, after: Option<u64>) -> CliResult<Report> {
    let settlement = context.address(&place.settlement)?;
    let question = QueryMsg::Instructions { after, limit: 50 };
    let records: Vec<InstructionRecord> = context.ask(settlement, &question).await?;
    let all: Vec<_> = records
        .iter()
        .map(|record| {
            json!({"id": record.id, "account": record.account, "status": words(&record.status),
                   "reference": record.instruction.reference.to_string()})
        })
        .collect();
    let report = Report::new().line(rows(context, &records)).field("instructions", all);
    Ok(match records.last() {
        Some(last) if records.len() == 50 => {
            report.next(format!("tenor settle list --after {}", last.id))
        }
        _ => report,
    })
}

async fn advance(context: &Context, place: &Place) -> CliResult<Report> {
    let settlement = context.address(&place.settlement)?;
    let sent = context.execute(settlement, &ExecuteMsg::Advance { limit: 100 }).await?;
    let Some(output) = sent.output(0) else { return Ok(sent.report) };
    let done: Advanced = reply(output)?;
    Ok(sent
        .headline(format!("{} pairs tried, {} settled", done.tried, done.settled))
        .field("tried", done.tried)
        .field("settled", done.settled)
        .next("tenor settle list"))
}

fn rows(context: &Context, records: &[InstructionRecord]) -> String {
    let row = |record: &InstructionRecord| {
        let instruction = &record.instruction;
        let cash = instruction
            .cash
            .map_or_else(|| "free".into(), |leg| money::with_currency(leg.amount, leg.currency));
        let currency = instruction.cash.map(|leg| leg.currency);
        let face = currency.map_or_else(
            || instruction.face_amount.to_string(),
            |currency| money::format(instruction.face_amount, currency),
        );
        vec![
            record.id.to_string(),
            context.name_of(&record.account),
            format!("{:?}", instruction.movement),
            instruction.isin.to_string(),
            face,
            cash,
            instruction.settlement_date.to_string(),
            words(&record.status),
        ]
    };
    let head = ["id", "account", "side", "bond", "face", "cash", "settles", "status"];
    table(&head, &[0, 4, 5], records.iter().map(row).collect())
}

/// A status in a few words.
pub(crate) fn words(status: &InstructionStatus) -> String {
    match status {
        InstructionStatus::Unmatched => "unmatched".into(),
        InstructionStatus::Pending { with, reason } => {
            format!("matched with {with}, pending: {reason:?}")
        }
        InstructionStatus::Settled { with, at } => format!("settled with {with} at {at}"),
        InstructionStatus::Cancelled { at, .. } => format!("cancelled at {at}"),
    }
}
