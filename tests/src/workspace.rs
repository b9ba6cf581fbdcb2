//! The crates of this workspace and the arrows between them, as cargo sees them.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The repository's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests lies in the root").to_owned()
}

/// Where cargo builds: the folder of the running test, up to the one that holds `release`.
///
/// # Panics
/// If the test does not run from a cargo target folder.
pub fn target_folder() -> PathBuf {
    let test = std::env::current_exe().expect("the running test has a path");
    let release = test.ancestors().find(|folder| folder.ends_with("release"));
    let release = release.expect("tests run from a cargo target folder, in release");
    release.parent().expect("release lies in the target folder").to_owned()
}

/// What a crate links: its normal and build dependencies, not those of its tests.
#[derive(Clone, Debug, Default)]
pub struct Links {
    /// Crates of this workspace.
    pub own: BTreeSet<String>,
    /// Crates from elsewhere.
    pub foreign: BTreeSet<String>,
}

/// Every crate of the workspace with what it links.
///
/// # Panics
/// If `cargo metadata` fails or its output has another shape.
pub fn crates() -> BTreeMap<String, Links> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let names: BTreeSet<String> = packages.iter().map(|package| text(&package["name"])).collect();
    let links = |package: &Value| {
        let mut links = Links::default();
        for dependency in package["dependencies"].as_array().expect("dependencies") {
            let name = text(&dependency["name"]);
            match (dependency["kind"].as_str(), names.contains(&name)) {
                (Some("dev"), _) => {}
                (_, true) => drop(links.own.insert(name)),
                (_, false) => drop(links.foreign.insert(name)),
            }
        }
        links
    };
    packages.iter().map(|package| (text(&package["name"]), links(package))).collect()
}
