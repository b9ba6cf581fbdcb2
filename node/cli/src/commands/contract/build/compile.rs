//! One run of cargo for one contract.

use super::backend::{Backend, DEBIAN_RUSTC};
use super::package::Package;
use super::{TARGET, place};
use crate::core::{CliError, CliResult};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Variables that compile crates with features which other crates of the workspace ask for: the same
/// source would have another hash.
const UNIFIED_FEATURES: [&str; 2] =
    ["CARGO_RESOLVER_FEATURE_UNIFICATION", "CARGO_UNSTABLE_FEATURE_UNIFICATION"];

/// The compiler, told by cargo what to do, adds line tables to what becomes part of a contract. Cargo
/// must not know: its names of symbols depend on its settings, and the code on them.
const WITH_LINES: &str = r#"#!/bin/sh
# Written by `tenor contract build`.
case " $* " in
*" --target wasm32v1-none "*) exec "$@" -C debuginfo=line-tables-only -C strip=none ;;
esac
exec "$@"
"#;

/// How a contract is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// As it is uploaded.
    Plain,
    /// The same code with the lines of its source beside it.
    WithLines,
}

/// Compiles a package below `target` and gives the module.
pub(super) fn compile(
    backend: &Backend,
    package: &Package,
    target: &Path,
    kind: Kind,
) -> CliResult<Vec<u8>> {
    let target = match kind {
        Kind::Plain => target.to_owned(),
        Kind::WithLines => target.join("lines"),
    };
    let mut cargo = cargo(backend, package, &target);
    if kind == Kind::WithLines {
        cargo.env("RUSTC_WRAPPER", wrapper(&target)?);
    }
    let status = cargo.status().map_err(|error| {
        CliError::Machine(format!("expected cargo on the PATH, got {error}; see https://rustup.rs"))
    })?;
    let name = &package.name;
    if !status.success() {
        let text = format!("cargo could not build {name}; its messages are above");
        return Err(CliError::Machine(text));
    }
    let file = target.join(TARGET).join("contract").join(name.replace('-', "_") + ".wasm");
    std::fs::read(&file).map_err(|error| CliError::file(&file, error))
}

fn cargo(backend: &Backend, package: &Package, target: &Path) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(&package.root).env("CARGO_TARGET_DIR", target);
    for name in UNIFIED_FEATURES {
        cargo.env_remove(name);
    }
    cargo.args(package.profile());
    cargo.args(["rustc", "--quiet", "--profile", "contract", "--lib", "--crate-type", "cdylib"]);
    cargo.args(["--target", TARGET, "-p", &package.name]);
    if let Backend::Debian { linker } = backend {
        cargo.env("RUSTC", DEBIAN_RUSTC).env("RUSTC_BOOTSTRAP", "1");
        cargo.env("CARGO_TARGET_WASM32V1_NONE_LINKER", linker).arg("-Zbuild-std=core,alloc");
    }
    cargo.env("RUSTFLAGS", remap(&package.root, backend.sysroot().as_deref()));
    cargo
}

/// The compiler's wrapper, as a file.
fn wrapper(target: &Path) -> CliResult<PathBuf> {
    let file = target.join("rustc-with-lines");
    std::fs::create_dir_all(target).map_err(|error| CliError::file(target, error))?;
    place(&file, WITH_LINES.as_bytes(), 0o755)?;
    Ok(file)
}

/// Machine paths must not reach the module: the same source has the same hash everywhere. These are
/// the flags of `scripts/contracts.sh`.
fn remap(root: &Path, sysroot: Option<&str>) -> String {
    let cargo_home = std::env::var("CARGO_HOME")
        .ok()
        .or_else(|| std::env::home_dir().map(|home| home.join(".cargo").display().to_string()));
    let mut flags = vec![format!("--remap-path-prefix={}=tenor", root.display())];
    flags.extend(cargo_home.map(|home| format!("--remap-path-prefix={home}=cargo")));
    flags.extend(sysroot.map(|root| format!("--remap-path-prefix={root}=rust")));
    flags.join(" ")
}
