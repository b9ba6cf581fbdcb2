//! Instances.

use super::{InstantiateArgs, arguments};
use crate::commands::account::address_of;
use crate::core::table::table;
use crate::core::{CliResult, Context, Report};
use serde_json::{Value, json};
use tenor_abi::spec::{FieldSpec, TypeSpec};
use tenor_client::api::InstanceFilter;
use tenor_client::codec::encode;
use tenor_primitives::Message;

/// `tenor contract instantiate`.
pub(super) async fn instantiate(mut context: Context, args: InstantiateArgs) -> CliResult<Report> {
    let code_hash = context.code(&args.code)?;
    let spec = context.spec_of_code(&code_hash).await?;
    let json = input(&spec.instantiate, &args.arguments)?;
    let payload = encode(&spec.instantiate, &json, &context)?;
    let label = args.label;
    let message = Message::Instantiate { code_hash, label: label.clone(), payload };
    let sent = context.send(vec![message]).await?;
    let Some(address) = sent.output(0).and_then(address_of) else { return Ok(sent.report) };
    let named = if sent.is_committed { context.name_new(&label, address) } else { Report::new() };
    Ok(sent
        .headline(format!("{label} is an instance of {}: {address}", args.code))
        .merged(named)
        .field("address", address.to_string())
        .next(format!("tenor contract help {label}")))
}

/// The input from words: flags of a struct's fields, or JSON of anything.
fn input(ty: &TypeSpec, words: &[String]) -> CliResult<Value> {
    let none: &[FieldSpec] = &[];
    let fields = match ty {
        TypeSpec::Struct(of) => &of.fields,
        _ => none,
    };
    if *ty == TypeSpec::Unit && words.is_empty() {
        return Ok(Value::Null);
    }
    arguments(fields, words)
}

/// `tenor contract list`.
pub(super) async fn list(context: &Context, creator: Option<String>) -> CliResult<Report> {
    let creator = creator.map(|name| context.address(&name)).transpose()?;
    let mut filter = InstanceFilter { creator, ..InstanceFilter::default() };
    let (mut rows, mut all) = (Vec::new(), Vec::new());
    loop {
        let page = context.client.instances(&filter).await?;
        for instance in page.instances {
            let spec = context.try_spec_of(&instance.address).await?;
            rows.push(vec![
                instance.label.clone(),
                spec.map_or_else(|| "?".into(), |spec| format!("{} {}", spec.name, spec.version)),
                context.name_of(&instance.creator),
                instance.address.to_string(),
            ]);
            all.push(json!(instance));
        }
        match page.next {
            Some(next) => filter.after = Some(next),
            None => break,
        }
    }
    let report = Report::new().field("instances", all);
    Ok(if rows.is_empty() {
        report.line("no instances yet").next("tenor contract instantiate CODE LABEL --as issuer")
    } else {
        report.line(table(&["label", "contract", "creator", "address"], &[], rows))
    })
}
