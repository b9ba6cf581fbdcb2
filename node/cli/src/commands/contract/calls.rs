//! Calls and questions by a contract's spec.

use super::{CallArgs, arguments};
use crate::core::{CliResult, Context, Report};
use serde_json::Value;
use tenor_client::codec::{decode, encode_call, function, function_help};
use tenor_primitives::Message;

/// `tenor contract call`.
pub(super) async fn call(context: &Context, args: &CallArgs) -> CliResult<Report> {
    let contract = context.address(&args.contract)?;
    let spec = context.spec_of(&contract).await?;
    let (_, known) = function(&spec.execute, &args.function)?;
    if wants_help(&args.arguments) {
        return Ok(Report::new().line(function_help(known, false)));
    }
    let json = arguments(&known.input, &args.arguments)?;
    let payload = encode_call(&spec.execute, &args.function, &json, context)?;
    let sent = context.send(vec![Message::Execute { contract, payload }]).await?;
    let Some(output) = sent.output(0) else { return Ok(sent.report) };
    let output = decode(&known.output, output)?;
    let returned = if output.is_null() { String::new() } else { format!(" returned {output}") };
    let report = sent.headline(format!("{} {}{returned}", args.contract, args.function));
    Ok(report.field("output", output))
}

/// `tenor contract query`.
pub(super) async fn query(context: &Context, args: &CallArgs) -> CliResult<Report> {
    let contract = context.address(&args.contract)?;
    let spec = context.spec_of(&contract).await?;
    let (_, known) = function(&spec.query, &args.function)?;
    if wants_help(&args.arguments) {
        return Ok(Report::new().line(function_help(known, true)));
    }
    let json = arguments(&known.input, &args.arguments)?;
    let payload = encode_call(&spec.query, &args.function, &json, context)?;
    let answer = context.answer(&contract, &payload).await?;
    let output = decode(&known.output, &answer.output.0)?;
    let report =
        Report::new().line(pretty(&output)).field("output", output).field("height", answer.height);
    Ok(match answer.gas_used {
        Some(gas) => report.field("gas_used", gas.to_string()),
        None => report,
    })
}

fn wants_help(words: &[String]) -> bool {
    matches!(words, [word] if word == "--help" || word == "-h")
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string())
}
