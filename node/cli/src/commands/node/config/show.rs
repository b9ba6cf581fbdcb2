//! `tenor node config`: as a file that could be used, each line with where its value comes from.

use super::layers::Layers;
use super::{FILE, table};
use crate::commands::node::RunArgs;
use crate::core::{CliError, CliResult, Report};
use serde_json::Map;
use toml::{Table, Value};

/// Runs the command.
pub(in crate::commands::node) fn show(args: &RunArgs) -> CliResult<Report> {
    let layers = Layers::read(args)?;
    let effective = table(&layers.effective()?)?;
    let mut report = Report::new().line(format!(
        "# precedence: flags, then TENOR_* in the environment, then {FILE}, then defaults"
    ));
    let mut sources = Map::new();
    for line in lines(&effective, "", &layers, &mut sources) {
        report = report.line(line);
    }
    let effective = serde_json::to_value(&effective)
        .map_err(|error| CliError::Internal(format!("a configuration does not encode: {error}")))?;
    let report = report.fields(effective).field("sources", sources);
    Ok(report.next(format!("tenor node run {}", args.directory.display())))
}

/// A table line by line, values before tables.
fn lines(
    table: &Table,
    before: &str,
    layers: &Layers,
    sources: &mut Map<String, serde_json::Value>,
) -> Vec<String> {
    let (mut values, mut tables) = (Vec::new(), Vec::new());
    for (name, value) in table {
        let path = format!("{before}{name}");
        if let Value::Table(inner) = value {
            tables.extend([String::new(), format!("[{path}]")]);
            tables.extend(lines(inner, &format!("{path}."), layers, sources));
        } else {
            let source = layers.source(&path);
            values.push(format!("{name} = {value} # {source}"));
            sources.insert(path, source.into());
        }
    }
    values.extend(tables);
    values
}
