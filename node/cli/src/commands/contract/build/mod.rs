//! Compiling contract crates to wasm: cargo with an installed target, or Debian's compiler with the
//! library's source. Each is compiled twice: as it is uploaded, and with the lines of its source, of
//! which the debug file is kept beside the module.

mod backend;
mod compile;
mod package;

pub(crate) use backend::{Backend, backend};

use crate::core::{CliError, CliResult, Report};
use clap::Args;
use compile::{Kind, compile};
use package::Package;
use serde_json::json;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use tenor_primitives::keccak256;
use tenor_vm::debug::{self, DebugFile};

/// The contracts' compilation target: wasm 1.0 with mutable globals, no standard library.
const TARGET: &str = "wasm32v1-none";
/// The reference contracts.
const PACKAGES: [&str; 5] =
    ["tenor-registry", "tenor-cash", "tenor-issuance", "tenor-coupon", "tenor-settlement"];

/// What to build.
#[derive(Args, Debug)]
pub(crate) struct BuildArgs {
    /// Packages of the workspace, or folders of packages [default: the five reference contracts]
    packages: Vec<String>,
    /// The workspace of packages given by name
    #[arg(long, default_value = ".")]
    workspace: PathBuf,
}

/// Runs the command.
pub(super) fn run(args: &BuildArgs) -> CliResult<Report> {
    let backend = backend()?;
    let defaults = PACKAGES.map(str::to_owned);
    let named = if args.packages.is_empty() { &defaults[..] } else { &args.packages };
    let mut report = Report::new();
    let (mut built, mut last) = (Vec::new(), PathBuf::new());
    for named in named {
        let package = Package::find(named, &args.workspace)?;
        let (name, target) = (package.short_name(), target(&package.root));
        let target = std::path::absolute(&target).map_err(|error| CliError::file(target, error))?;
        let out = target.join("wasm");
        std::fs::create_dir_all(&out).map_err(|error| CliError::file(&out, error))?;
        let file = out.join(format!("{name}.wasm"));
        let code = compile(&backend, &package, &target, Kind::Plain)?;
        place(&file, &code, 0o644)?;
        let (bytes, hash) = (code.len(), keccak256(&code));
        report = report.line(format!("{name}: {bytes} bytes, code hash {hash}"));
        let side = file.with_extension(debug::EXTENSION);
        let kept = keep(&side, &code, &compile(&backend, &package, &target, Kind::WithLines)?)?;
        if !kept {
            report = report.line(format!(
                "{name}: no debug file, because this compiler makes other code with one"
            ));
        }
        built.push(json!({"name": name, "file": file, "code_bytes": bytes,
                          "code_hash": hash.to_string(), "debug_file": kept.then_some(side)}));
        last = file;
    }
    let next = format!("tenor contract check {}", last.display());
    Ok(report.field("contracts", built).next(next))
}

/// Where the contracts of a workspace are compiled; `wasm` in it has the modules.
pub(crate) fn target(root: &Path) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR");
    target.map_or_else(|| root.join("target"), PathBuf::from).join("contracts")
}

/// Keeps what is known of the source of `code`, from the same module with lines; or nothing where
/// they are not the same code, because lines would then be wrong ones.
fn keep(side: &Path, code: &[u8], with_lines: &[u8]) -> CliResult<bool> {
    let split = debug::split(with_lines)
        .map_err(|error| CliError::Internal(format!("what the compiler made: {error}")))?;
    if split.code == code {
        place(side, &DebugFile::encode(&split.debug), 0o644)?;
        return Ok(true);
    }
    match std::fs::remove_file(side) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(CliError::file(side, error))
        }
        _ => Ok(false),
    }
}

/// Puts a file in its place in one step, and leaves an equal one alone: somebody may be reading it.
fn place(file: &Path, content: &[u8], mode: u32) -> CliResult<()> {
    if std::fs::read(file).is_ok_and(|old| old == content) {
        return Ok(());
    }
    let new = file.with_added_extension("new");
    let placed = std::fs::write(&new, content)
        .and_then(|()| std::fs::set_permissions(&new, Permissions::from_mode(mode)))
        .and_then(|()| std::fs::rename(&new, file));
    placed.map_err(|error| CliError::file(file, error))
}
