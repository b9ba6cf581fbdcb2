//! Runners for external test vectors. They lie outside the project; `TENOR_VECTORS` names their
//! folder, and without it the runners say so and pass.

pub mod keccak;
mod report;
pub mod wycheproof;

pub use report::Report;

use std::path::PathBuf;
use tenor_testing::skipped;

/// The folder that `TENOR_VECTORS` names, or a plain message why nothing is run.
pub fn folder(name: &str) -> Option<PathBuf> {
    let Some(root) = std::env::var_os("TENOR_VECTORS").filter(|root| !root.is_empty()) else {
        skipped(&format!("the external vectors of {name}"), "TENOR_VECTORS is not set");
        return None;
    };
    let folder = PathBuf::from(root).join(name);
    assert!(folder.is_dir(), "TENOR_VECTORS is set, but there is no folder {}", folder.display());
    Some(folder)
}

/// The JSON files of a folder and its subfolders, in order.
///
/// # Panics
/// If a folder cannot be read.
pub fn json_files(folder: &std::path::Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let entries = std::fs::read_dir(folder).expect("a readable folder");
    for entry in entries {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            files.extend(json_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    files.sort();
    files
}
