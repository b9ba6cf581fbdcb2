//! What has become of instructions.

use super::Place;
use super::row::{HEAD, Known, json, row};
use crate::core::table::table;
use crate::core::{CliError, CliResult, Context, Report};
use clap::Args;
use std::collections::BTreeMap;
use tenor_client::interfaces::settlement::{
    InstructionRecord, InstructionStatus, Movement, QueryMsg,
};
use tenor_primitives::Address;

/// Instructions of one answer.
pub(super) const PAGE: u32 = 50;

/// Which instructions.
#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// Start after this number
    #[arg(long)]
    after: Option<u64>,
    /// Only those that this account entered
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
    let known = matched(context, settlement, vec![record]).await?;
    let report = Report::new().line(rows(context, &known));
    Ok(known.iter().fold(report, |report, known| report.fields(json(known))))
}

/// `tenor settle list`: a page of instructions; with a filter, of those that pass it.
pub(super) async fn list(context: &Context, args: &ListArgs) -> CliResult<Report> {
    let settlement = args.place.address(context)?;
    let account = args.account.as_deref().map(|name| context.address(name)).transpose()?;
    let passes = |record: &InstructionRecord| {
        let is_open = matches!(
            record.status,
            InstructionStatus::Unmatched | InstructionStatus::Pending { .. }
        );
        account.is_none_or(|account| record.account == account) && (is_open || !args.pending)
    };
    let (mut found, mut after, mut is_end) = (Vec::new(), args.after, false);
    while found.len() < PAGE as usize && !is_end {
        let question = QueryMsg::Instructions { after, limit: PAGE };
        let page: Vec<InstructionRecord> = context.ask(settlement, &question).await?;
        is_end = page.len() < PAGE as usize;
        for record in page {
            if found.len() == PAGE as usize {
                is_end = false;
                break;
            }
            after = Some(record.id);
            found.extend(Some(record).filter(&passes));
        }
    }
    let known = matched(context, settlement, found).await?;
    let all: Vec<_> = known.iter().map(json).collect();
    let report = Report::new().line(rows(context, &known)).field("instructions", all);
    Ok(match after {
        Some(after) if !is_end => report.next(continued(args, after)),
        _ => report,
    })
}

/// The command for the next page.
fn continued(args: &ListArgs, after: u64) -> String {
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
    let mut deliverers: BTreeMap<u64, InstructionRecord> = records
        .iter()
        .filter(|record| record.instruction.movement == Movement::Deliver)
        .map(|record| (record.id, record.clone()))
        .collect();
    let mut known = Vec::with_capacity(records.len());
    for record in records {
        let with = match record.status {
            InstructionStatus::Pending { with, .. } | InstructionStatus::Settled { with, .. } => {
                Some(with).filter(|_| record.instruction.movement == Movement::Receive)
            }
            InstructionStatus::Unmatched | InstructionStatus::Cancelled { .. } => None,
        };
        if let Some(id) = with.filter(|id| !deliverers.contains_key(id)) {
            let question = QueryMsg::Instruction { id };
            let other: Option<InstructionRecord> = context.ask(settlement, &question).await?;
            deliverers.extend(other.map(|other| (id, other)));
        }
        let other = with.and_then(|id| deliverers.get(&id));
        let cash = other.map_or(record.instruction.cash, |other| other.instruction.cash);
        known.push(Known { record, cash });
    }
    Ok(known)
}

fn rows(context: &Context, known: &[Known]) -> String {
    table(&HEAD, &[0, 4, 5], known.iter().map(|known| row(context, known)).collect())
}
