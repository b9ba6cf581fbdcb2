//! `tenor tx trace`: what a transaction did, with the lines of source where contracts were stopped.

use crate::commands::contract::build;
use crate::core::{CliError, CliResult, Context, Report, places};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tenor_client::api::{PlaceView, SourceView, TraceView};
use tenor_client::tree::Tree;
use tenor_primitives::{Address, Hash};
use tenor_vm::debug::{self, DebugFile, SourceLine};

/// The trace as the node found it by executing the transaction again; nothing of it is proved.
pub(super) async fn run(
    context: &Context,
    hash: &Hash,
    calls: bool,
    folders: &[PathBuf],
) -> CliResult<Report> {
    let mut trace = context.client.trace(hash).await?;
    let unknown = fill(&mut trace, context, folders)?;
    let names = |address: &Address| context.name_of(address);
    let lines = Tree { names: &names, host: !calls }.lines(&trace);
    let mut report = lines.into_iter().fold(Report::new(), Report::line);
    for code in unknown {
        report = report.line(format!(
            "no debug file of code {code}: build its source with tenor contract build, or name the \
             folder of its NAME.debug with --debug DIR"
        ));
    }
    Ok(report.field("trace", json!(trace)))
}

/// Fills in functions and lines from debug files; the codes that were stopped and have none.
fn fill(trace: &mut TraceView, context: &Context, given: &[PathBuf]) -> CliResult<Vec<Hash>> {
    let places = trace.places_mut();
    let mut unknown = Vec::new();
    if places.is_empty() {
        return Ok(unknown);
    }
    let files = DebugFiles::read(given, &context.debug)?;
    for (code, place) in places {
        match files.0.get(&code) {
            Some(file) => locate(place, file),
            None if !unknown.contains(&code) => unknown.push(code),
            None => {}
        }
    }
    Ok(unknown)
}

fn locate(place: &mut PlaceView, file: &DebugFile) {
    if place.name.is_none() {
        place.name = file.function_name(place.function);
    }
    let lines = place.offset.map(|offset| file.lines(offset)).unwrap_or_default();
    place.source = lines.into_iter().map(source).collect();
    // The last line is the function's own, not of one inlined into it, and the name is in full.
    if let (Some(own), Some(name)) = (place.source.last_mut(), &place.name) {
        own.function = Some(name.clone());
    }
}

fn source(line: SourceLine) -> SourceView {
    let SourceLine { function, file, line, column } = line;
    SourceView { function, file, line, column }
}

/// Debug files, by the code that each describes.
struct DebugFiles(BTreeMap<Hash, DebugFile>);

impl DebugFiles {
    /// Those of the folders given, in which every file must be whole, and of the places where builds
    /// leave them, in which others are passed over.
    fn read(given: &[PathBuf], set: &[PathBuf]) -> CliResult<Self> {
        let mut files = Self(BTreeMap::new());
        for folder in given.iter().chain(set) {
            for file in list(folder).map_err(|error| CliError::file(folder, error))? {
                files.add(&file)?;
            }
        }
        let built = build::target(Path::new("")).join("wasm");
        for folder in places::find(places::CONTRACTS, &[]).iter().chain([&built]) {
            for file in list(folder).unwrap_or_default() {
                // A damaged one there is as good as none.
                let _ = files.add(&file);
            }
        }
        Ok(files)
    }

    fn add(&mut self, path: &Path) -> CliResult<()> {
        let bytes = std::fs::read(path).map_err(|error| CliError::file(path, error))?;
        let file = DebugFile::decode(&bytes).map_err(|error| CliError::file(path, error))?;
        self.0.entry(file.code_hash()).or_insert(file);
        Ok(())
    }
}

/// The debug files in a folder.
fn list(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let paths = entries.collect::<std::io::Result<Vec<_>>>()?;
    let is_debug = |path: &PathBuf| path.extension().is_some_and(|e| e == debug::EXTENSION);
    Ok(paths.into_iter().filter(is_debug).collect())
}
