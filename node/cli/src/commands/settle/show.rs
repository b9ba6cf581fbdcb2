//! What has become of instructions.

use super::Place;
use super::row::{HEAD, Known, json, row};
use crate::core::table::table;
use crate::core::{CliError, CliResult, Context, Report};
use clap::Args;
use std::collections::BTreeMap;
use tenor_client::interfaces::Reference;
use tenor_client::interfaces::settlement::{
    CashLeg, InstructionRecord, InstructionStatus, Movement, QueryMsg,
};
use tenor_primitives::Address;

/// Instructions of one answer.
pub(super) const PAGE: u32 = 50;

/// Which instructions.
#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// Start after this number; with --account, after this reference
    #[arg(long)]
    after: Option<String>,
    /// Only those that this account entered, in order of their references
    #[arg(long)]
    account: Option<String>,
    /// Only those that are neither settled nor cancelled
    #[arg(long)]
    pending: bool,
    #[command(flatten)]
    place: Place,
}

/// `tenor settle status`.
pub(super) async fn status(
    context: &Context,
    place: &Place,
    instruction: &str,
    account: Option<&str>,
) -> CliResult<Report> {
    let settlement = place.address(context)?;
    let question = match (account, instruction.parse()) {
        (None, Ok(id)) => QueryMsg::Instruction { id },
        // What is no number is a reference, of who asks unless somebody else is named.
        (account, _) => {
            let account = account.map_or_else(|| context.sender(), |name| context.address(name));
            let account = account.map_err(|error| {
                CliError::Usage(format!(
                    "expected an instruction's number, or a reference with its --account, got \
                     {instruction:?}: {error}"
                ))
            })?;
            let reference = instruction
                .parse()
                .map_err(|error| CliError::Usage(format!("reference {instruction:?}: {error}")))?;
            QueryMsg::InstructionBy { account, reference }
        }
    };
    let record: Option<InstructionRecord> = context.ask(settlement, &question).await?;
    let record = record.ok_or_else(|| CliError::Unknown {
        what: "the instruction",
        name: instruction.into(),
        hint: "tenor settle list shows what there is".into(),
    })?;
    let known = matched(context, settlement, vec![record]).await?;
    let report = Report::new().line(rows(context, &known));
    Ok(known.iter().fold(report, |report, known| report.fields(json(known))))
}

/// `tenor settle list`: a page of instructions; with a filter, of those that pass it.
pub(super) async fn list(context: &Context, args: &ListArgs) -> CliResult<Report> {
    let settlement = args.place.address(context)?;
    let mut pages = Pages::of(context, args)?;
    let (mut found, mut is_end) = (Vec::new(), false);
    while found.len() < PAGE as usize && !is_end {
        let page: Vec<InstructionRecord> = context.ask(settlement, &pages.question()).await?;
        is_end = page.len() < PAGE as usize;
        for record in page {
            if found.len() == PAGE as usize {
                is_end = false;
                break;
            }
            pages.pass(&record);
            found.extend(Some(record).filter(|record| is_open(record) || !args.pending));
        }
    }
    let after = pages.after();
    let known = matched(context, settlement, found).await?;
    let all: Vec<_> = known.iter().map(json).collect();
    let report = Report::new().line(rows(context, &known)).field("instructions", all);
    Ok(match after {
        Some(after) if !is_end => report.next(continued(args, &after)),
        _ => report,
    })
}

/// All instructions in order of entry, or one account's, which whoever reads for it may ask for.
enum Pages {
    All { after: Option<u64> },
    Of { account: Address, after: Option<Reference> },
}

impl Pages {
    fn of(context: &Context, args: &ListArgs) -> CliResult<Self> {
        let unread = |what: &str, text: &str| {
            CliError::Usage(format!(
                "--after: expected {what}, got {text:?}; see settle list --help"
            ))
        };
        let after = args.after.as_deref();
        let Some(account) = &args.account else {
            let number = |text: &str| text.parse().map_err(|_| unread("a number", text));
            return Ok(Self::All { after: after.map(number).transpose()? });
        };
        let reference = |text: &str| text.parse().map_err(|_| unread("a reference", text));
        let after = after.map(reference).transpose()?;
        Ok(Self::Of { account: context.address(account)?, after })
    }

    fn question(&self) -> QueryMsg {
        match *self {
            Self::All { after } => QueryMsg::Instructions { after, limit: PAGE },
            Self::Of { account, after } => QueryMsg::InstructionsOf { account, after, limit: PAGE },
        }
    }

    fn pass(&mut self, record: &InstructionRecord) {
        match self {
            Self::All { after } => *after = Some(record.id),
            Self::Of { after, .. } => *after = Some(record.instruction.reference),
        }
    }

    fn after(&self) -> Option<String> {
        match self {
            Self::All { after } => after.map(|id| id.to_string()),
            Self::Of { after, .. } => after.map(|reference| reference.to_string()),
        }
    }
}

/// Whether something can still become of it.
fn is_open(record: &InstructionRecord) -> bool {
    matches!(record.status, InstructionStatus::Unmatched | InstructionStatus::Pending { .. })
}

/// The command for the next page.
fn continued(args: &ListArgs, after: &str) -> String {
    let mut command = format!("tenor settle list --after {after}");
    if let Some(account) = &args.account {
        command.push_str(&format!(" --account {account}"));
    }
    if args.pending {
        command.push_str(" --pending");
    }
    command
}

/// Each instruction with the cash that settles: a matched pair's is the deliverer's.
async fn matched(
    context: &Context,
    settlement: Address,
    records: Vec<InstructionRecord>,
) -> CliResult<Vec<Known>> {
    let deliverers: BTreeMap<u64, Option<CashLeg>> = records
        .iter()
        .filter(|record| record.instruction.movement == Movement::Deliver)
        .map(|record| (record.id, record.instruction.cash))
        .collect();
    let mut known = Vec::with_capacity(records.len());
    for record in records {
        let with = match record.status {
            InstructionStatus::Pending { with, .. } | InstructionStatus::Settled { with, .. } => {
                Some(with).filter(|_| record.instruction.movement == Movement::Receive)
            }
            InstructionStatus::Unmatched | InstructionStatus::Cancelled { .. } => None,
        };
        let cash = match with.map(|id| deliverers.get(&id)) {
            None => record.instruction.cash,
            Some(Some(cash)) => *cash,
            // Asked by the account's own reference, which whoever reads for the account may.
            Some(None) => {
                let (account, reference) = (record.account, record.instruction.reference);
                let question = QueryMsg::MatchedCash { account, reference };
                context.ask(settlement, &question).await?
            }
        };
        known.push(Known { record, cash });
    }
    Ok(known)
}

fn rows(context: &Context, known: &[Known]) -> String {
    table(&HEAD, &[0, 4, 5], known.iter().map(|known| row(context, known)).collect())
}
