//! Which package is meant: one of a workspace by name, or the one in a folder.

use crate::core::{CliError, CliResult};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A contract's package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Package {
    /// Its name.
    pub(super) name: String,
    /// The root of its workspace.
    pub(super) root: PathBuf,
}

/// What is read of `cargo metadata`.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Described>,
    workspace_root: PathBuf,
}

#[derive(Deserialize)]
struct Described {
    name: String,
    manifest_path: PathBuf,
}

/// How contracts are compiled where a workspace does not say: small, no unwinding, checked arithmetic.
const PROFILE: [&str; 8] = [
    "profile.contract.inherits='release'",
    "profile.contract.opt-level=3",
    "profile.contract.codegen-units=1",
    "profile.contract.lto='fat'",
    "profile.contract.panic='abort'",
    "profile.contract.incremental=false",
    "profile.contract.strip='symbols'",
    "profile.contract.overflow-checks=true",
];

impl Package {
    /// The package that `named` is: a folder with a manifest, or a name in the workspace at `root`.
    pub(super) fn find(named: &str, root: &Path) -> CliResult<Self> {
        let manifest = Path::new(named).join("Cargo.toml");
        if !manifest.is_file() {
            let root = root.canonicalize().map_err(|error| CliError::file(root, error))?;
            return Ok(Self { name: named.into(), root });
        }
        let manifest = manifest.canonicalize().map_err(|error| CliError::file(named, error))?;
        let metadata = metadata(&manifest)?;
        let found = metadata.packages.into_iter().find(|each| each.manifest_path == manifest);
        let found = found.ok_or_else(|| {
            CliError::Usage(format!("expected a contract's package in {named}, got a workspace; give a package's name or folder"))
        })?;
        Ok(Self { name: found.name, root: metadata.workspace_root })
    }

    /// What contracts are called by: their package without the prefix of ours.
    pub(super) fn short_name(&self) -> &str {
        self.name.strip_prefix("tenor-").unwrap_or(&self.name)
    }

    /// Cargo's arguments that define the profile `contract`, where the workspace does not.
    pub(super) fn profile(&self) -> Vec<&'static str> {
        let manifest = std::fs::read_to_string(self.root.join("Cargo.toml")).unwrap_or_default();
        let table = manifest.parse::<toml::Table>().unwrap_or_default();
        let defined = table.get("profile").and_then(|profile| profile.get("contract")).is_some();
        if defined {
            Vec::new()
        } else {
            PROFILE.iter().flat_map(|each| ["--config", each]).collect()
        }
    }
}

fn metadata(manifest: &Path) -> CliResult<Metadata> {
    let output = Command::new("cargo")
        .args(["metadata", "--no-deps", "--format-version=1", "--manifest-path"])
        .arg(manifest)
        .output()
        .map_err(|error| {
            CliError::Machine(format!(
                "expected cargo on the PATH, got {error}; see https://rustup.rs"
            ))
        })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(CliError::file(manifest, format!("cargo cannot read it: {}", said.trim())));
    }
    serde_json::from_slice(&output.stdout)
        .map_err(|error| CliError::Internal(format!("cargo metadata: {error}")))
}
