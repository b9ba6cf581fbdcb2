//! Where settings come from: flags go before the environment, the environment before `node.toml`,
//! the file before the defaults.

use super::{FILE, NodeFile};
use crate::commands::node::RunArgs;
use crate::core::{CliError, CliResult};
use config::{Config, Environment, FileFormat};
use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;
use toml::{Table, Value};

/// What begins the name of a setting's environment variable; then its tables and its name in capital
/// letters, with two underlines between.
const PREFIX: &str = "TENOR_";

/// What separates tables and names in an environment variable.
const SEPARATOR: &str = "__";

/// One given value and who gave it.
#[derive(Clone, Debug)]
struct Given {
    /// The flag or the variable.
    by: String,
    value: String,
}

/// All that was said of a node's configuration, by the settings' dotted paths.
#[derive(Debug)]
pub(super) struct Layers {
    text: String,
    file: Table,
    environment: BTreeMap<String, Given>,
    flags: BTreeMap<String, Given>,
}

impl Layers {
    /// Reads the node's file, this process's environment and the flags.
    pub(super) fn read(args: &RunArgs) -> CliResult<Self> {
        let path = args.directory.join(FILE);
        let text = std::fs::read_to_string(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => CliError::file(
                &path,
                format!(
                    "there is no node here; make one with: tenor node init {}",
                    args.directory.display()
                ),
            ),
            _ => CliError::file(&path, error),
        })?;
        // Alone first: what is wrong in the file has a line there.
        toml::from_str::<NodeFile>(&text).map_err(|error| CliError::file(&path, error))?;
        let file = text.parse().map_err(|error| CliError::file(&path, error))?;
        let paths = paths()?;
        let environment = environment(std::env::vars_os(), &paths)?;
        let flags = flags(args, &paths)?;
        Ok(Self { text, file, environment, flags })
    }

    /// The configuration in force.
    pub(super) fn effective(&self) -> CliResult<NodeFile> {
        let built = Config::builder()
            .add_source(config::File::from_str(&self.text, FileFormat::Toml))
            .add_source(source(&self.environment))
            .add_source(source(&self.flags))
            .build();
        let file: NodeFile = built.and_then(Config::try_deserialize).map_err(|error| {
            let text = error.to_string();
            // The file was read before: it is a flag or a variable.
            let mut given = self.flags.iter().chain(&self.environment);
            let named = given.find(|(path, _)| text.contains(&format!("`{path}`")));
            let by = named.map_or_else(String::new, |(_, given)| format!("{}: ", given.by));
            CliError::Usage(format!("{by}{text}"))
        })?;
        file.node.check().map_err(|error| {
            let by = self.source(&format!("node.api.{}", error.name));
            CliError::Usage(format!("{by}: {error}"))
        })?;
        Ok(file)
    }

    /// Who gave the value at `path`.
    pub(super) fn source(&self, path: &str) -> &str {
        let given = self.flags.get(path).or_else(|| self.environment.get(path));
        match given {
            Some(given) => &given.by,
            None if said(&self.file, path) => FILE,
            None => "default",
        }
    }
}

fn source(given: &BTreeMap<String, Given>) -> Environment {
    let values: HashMap<_, _> = given
        .iter()
        .map(|(path, given)| (path.replace('.', SEPARATOR), given.value.clone()))
        .collect();
    Environment::default().separator(SEPARATOR).try_parsing(true).source(Some(values))
}

/// Whether a table has a value at a dotted path.
fn said(table: &Table, path: &str) -> bool {
    match path.split_once('.') {
        None => table.contains_key(path),
        Some((head, rest)) => {
            table.get(head).and_then(Value::as_table).is_some_and(|table| said(table, rest))
        }
    }
}

/// The dotted path of every setting.
fn paths() -> CliResult<Vec<String>> {
    fn collect(table: &Table, before: &str, paths: &mut Vec<String>) {
        for (name, value) in table {
            match value {
                Value::Table(inner) => collect(inner, &format!("{before}{name}."), paths),
                _ => paths.push(format!("{before}{name}")),
            }
        }
    }
    let mut paths = Vec::new();
    collect(&super::table(&NodeFile::default())?, "", &mut paths);
    Ok(paths)
}

fn variable(path: &str) -> String {
    format!("{PREFIX}{}", path.replace('.', SEPARATOR).to_uppercase())
}

/// The settings in an environment. A variable that names a table must name a setting of it.
fn environment(
    variables: impl IntoIterator<Item = (OsString, OsString)>,
    paths: &[String],
) -> CliResult<BTreeMap<String, Given>> {
    let mut settings = BTreeMap::new();
    for (name, value) in variables {
        let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else { continue };
        match paths.iter().find(|path| variable(path) == name) {
            Some(path) => {
                let value = value.into_string().map_err(|value| {
                    CliError::Usage(format!("{name}: expected UTF-8, got {value:?}"))
                })?;
                settings.insert(path.clone(), Given { by: name.into(), value });
            }
            None if name.contains(SEPARATOR) => return Err(unknown(name, variable, paths)),
            // Another command's.
            None => {}
        }
    }
    Ok(settings)
}

/// The settings that flags give; the last one of a kind counts.
fn flags(args: &RunArgs, paths: &[String]) -> CliResult<BTreeMap<String, Given>> {
    let mut settings = BTreeMap::new();
    for word in &args.set {
        let (path, value) = word.split_once('=').ok_or_else(|| {
            CliError::Usage(format!("--set: expected SETTING=VALUE, got {word:?}"))
        })?;
        if !paths.iter().any(|known| known == path) {
            return Err(unknown(path, str::to_owned, paths));
        }
        settings.insert(path.into(), Given { by: "--set".into(), value: value.into() });
    }
    if let Some(listen) = args.listen {
        let given = Given { by: "--listen".into(), value: listen.to_string() };
        settings.insert("node.listen".into(), given);
    }
    Ok(settings)
}

/// A setting that there is none of; the nearest ones are named.
fn unknown(name: &str, spell: impl Fn(&str) -> String, paths: &[String]) -> CliError {
    let mut near: Vec<_> = paths.iter().map(|path| spell(path)).collect();
    near.sort_by_key(|known| distance(known, name));
    CliError::Usage(format!(
        "{name} is no setting of a node; the nearest is {}; tenor node config DIR prints all",
        near.first().map_or("none", String::as_str)
    ))
}

/// How many letters must be added, taken away or replaced to make one word of the other.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in other.bytes().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::node::config::History;

    fn layers(text: &str, variables: &[(&str, &str)], set: &[&str]) -> CliResult<Layers> {
        let paths = paths()?;
        let args = RunArgs {
            set: set.iter().map(|word| (*word).to_owned()).collect(),
            ..RunArgs::of("node")
        };
        let variables = variables.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        Ok(Layers {
            text: text.into(),
            file: text.parse().expect("TOML"),
            environment: environment(variables, &paths)?,
            flags: flags(&args, &paths)?,
        })
    }

    #[test]
    fn flags_go_before_the_environment_and_that_before_the_file() {
        let text =
            "log = \"warn\"\n[node.api]\nconnections_max = 1\nhead_ms_max = 2\nbody_ms_max = 3";
        let variables = [
            ("TENOR_NODE__API__CONNECTIONS_MAX", "11"),
            ("TENOR_NODE__API__HEAD_MS_MAX", "12"),
            ("TENOR_HISTORY", "archive"),
            ("TENOR_NODE__LISTEN", "127.0.0.1:9"),
            ("TENOR_URL", "http://elsewhere"),
        ];
        let layers = layers(text, &variables, &["node.api.connections_max=21"]).expect("known");
        let file = layers.effective().expect("valid");
        let api = &file.node.api;
        assert_eq!((api.connections_max, api.head_ms_max, api.body_ms_max), (21, 12, 3));
        assert_eq!(file.node.listen.port(), 9);
        assert!(matches!(file.history, History::All(_)));
        for (path, source) in [
            ("node.api.connections_max", "--set"),
            ("node.api.head_ms_max", "TENOR_NODE__API__HEAD_MS_MAX"),
            ("node.api.body_ms_max", FILE),
            ("log", FILE),
            ("history", "TENOR_HISTORY"),
            ("node.api.query_ms_max", "default"),
        ] {
            assert_eq!(layers.source(path), source, "{path}");
        }
    }

    #[test]
    fn every_setting_can_be_given_by_the_environment() {
        let defaults = super::super::table(&NodeFile::default()).expect("encodes");
        let paths = paths().expect("encodes");
        assert!(paths.len() > 30, "{paths:?}");
        let value = |path: &String| {
            let found = path
                .split('.')
                .try_fold(&Value::Table(defaults.clone()), |value, name| value.get(name))
                .cloned();
            match found.expect("a setting") {
                Value::String(text) => text,
                other => other.to_string(),
            }
        };
        let names: Vec<_> = paths.iter().map(|path| (variable(path), value(path))).collect();
        let given: Vec<_> = names.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let layers = layers("", &given, &[]).expect("known");
        let effective = super::super::table(&layers.effective().expect("valid")).expect("encodes");
        assert_eq!(effective, defaults);
        for path in &paths {
            assert_eq!(layers.source(path), variable(path));
        }
    }

    #[test]
    fn what_is_no_setting_and_what_does_not_fit_is_said_by_name() {
        let refused = |result: CliResult<Layers>| result.expect_err("refused").to_string();
        let text = refused(layers("", &[("TENOR_NODE__API__CONECTIONS_MAX", "1")], &[]));
        assert!(text.contains("nearest is TENOR_NODE__API__CONNECTIONS_MAX"), "{text}");
        let text = refused(layers("", &[], &["node.lisen=1"]));
        assert!(text.contains("nearest is node.listen"), "{text}");
        let wrong = [("TENOR_NODE__API__CONNECTIONS_MAX", "many")];
        let text = layers("", &wrong, &[]).expect("known").effective().expect_err("no number");
        assert!(text.to_string().contains("TENOR_NODE__API__CONNECTIONS_MAX"), "{text}");
    }
}
