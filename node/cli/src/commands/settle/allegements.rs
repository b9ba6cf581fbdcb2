//! What others have instructed and an account's own party has not.

use super::row::{face, instruction_json, shown};
use super::show::PAGE;
use super::{Place, bic_of};
use crate::core::table::table;
use crate::core::{CliResult, Context, Report};
use tenor_client::interfaces::settlement::{Allegement, Config, Movement, QueryMsg};

/// `tenor settle allegements`.
pub(super) async fn run(
    context: &Context,
    place: &Place,
    account: Option<&str>,
    after: Option<u64>,
) -> CliResult<Report> {
    let settlement = place.address(context)?;
    let config: Config = context.ask(settlement, &QueryMsg::Config).await?;
    let account = account.map_or_else(|| context.sender(), |name| context.address(name))?;
    let bic = bic_of(context, config.registry, &account).await?;
    let question = QueryMsg::AllegementsOf { account, after, limit: PAGE };
    let found: Vec<Allegement> = context.ask(settlement, &question).await?;
    let line = |entry: &Allegement| {
        let instruction = &entry.instruction;
        let from = match instruction.movement {
            Movement::Deliver => &instruction.deliverer,
            Movement::Receive => &instruction.receiver,
        };
        vec![
            entry.id.to_string(),
            from.bic.to_string(),
            format!("{:?}", instruction.movement),
            instruction.isin.to_string(),
            face(instruction),
            instruction.cash.map_or_else(|| "free".into(), shown),
            instruction.settlement_date.to_string(),
        ]
    };
    let head = ["id", "from", "their side", "bond", "face", "cash", "settles"];
    let all: Vec<_> = found
        .iter()
        .map(|entry| {
            let mut value = instruction_json(&entry.instruction);
            value["id"] = entry.id.into();
            value["entered_at"] = entry.entered_at.to_string().into();
            value
        })
        .collect();
    let report = Report::new()
        .line(table(&head, &[0, 4, 5], found.iter().map(line).collect()))
        .field("bic", bic.to_string())
        .field("allegements", all);
    Ok(match found.last() {
        Some(last) if found.len() == PAGE as usize => {
            report.next(format!("tenor settle allegements --after {}", last.id))
        }
        _ => report.next("tenor settle instruct --help"),
    })
}
