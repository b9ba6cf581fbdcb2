//! Help from specs.

use super::spec_json;
use crate::core::specs::{decode, section_of_module};
use crate::core::{CliError, CliResult, Context, Report};
use std::path::Path;
use tenor_abi::spec::declare::Readers;
use tenor_abi::spec::{ContractSpec, FunctionSpec, TypeSpec};
use tenor_client::codec::{contract_help, function, function_help};

/// `tenor contract help`.
pub(super) async fn run(
    context: &Context,
    contract: &str,
    name: Option<&str>,
) -> CliResult<Report> {
    let spec = spec_of(context, contract).await?;
    let Some(name) = name else {
        return Ok(Report::new()
            .line(contract_help(&spec))
            .fields(spec_json::contract(&spec))
            .next(format!("tenor contract help {contract} FUNCTION")));
    };
    let json =
        |functions| function(functions, name).ok().map(|(_, known)| spec_json::function(known));
    let report = Report::new().field("call", json(&spec.execute)).field("query", json(&spec.query));
    let text = match (name, function(&spec.execute, name), function(&spec.query, name)) {
        ("instantiate", Err(_), Err(_)) => function_help(&instantiate(&spec), false),
        (_, Ok((_, known)), Err(_)) => function_help(known, false),
        (_, Err(_), Ok((_, known))) => function_help(known, true),
        (_, Ok((_, call)), Ok((_, query))) => {
            format!("Call: {}\nQuery: {}", function_help(call, false), function_help(query, true))
        }
        (_, Err(error), Err(_)) => return Err(error.into()),
    };
    Ok(report.line(text))
}

/// The spec of an instance, of uploaded code, or of a file.
async fn spec_of(context: &Context, contract: &str) -> CliResult<ContractSpec> {
    if Path::new(contract).is_file() {
        let code = std::fs::read(contract).map_err(|error| CliError::file(contract, error))?;
        return decode(&section_of_module(&code)?.0);
    }
    match (context.address(contract), context.code(contract)) {
        (Ok(address), _) => context.spec_of(&address).await,
        (Err(_), Ok(code_hash)) => context.spec_of_code(&code_hash).await,
        (Err(error), Err(_)) => Err(error),
    }
}

/// The input of `instantiate` as if it were a function.
fn instantiate(spec: &ContractSpec) -> FunctionSpec {
    let input = match &spec.instantiate {
        TypeSpec::Struct(of) => of.fields.clone(),
        _ => Vec::new(),
    };
    FunctionSpec {
        name: "instantiate".into(),
        doc: "Creates an instance.".into(),
        input,
        output: TypeSpec::Unit,
        readers: Readers::PUBLIC,
    }
}
