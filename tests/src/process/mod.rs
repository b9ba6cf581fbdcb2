//! The real binary, run as a user runs it.

mod node;

pub use node::NodeProcess;

use crate::workspace;
use std::path::PathBuf;
use std::process::Command;

/// The `tenor` binary of this build.
///
/// # Panics
/// If it is not built: `make build` builds it.
pub fn binary() -> PathBuf {
    let path = workspace::target_folder().join("release/tenor");
    assert!(path.is_file(), "{} is not built; run `make build`", path.display());
    path
}

/// A command of the binary with nothing of this process's environment that it listens to.
pub fn tenor() -> Command {
    let mut command = Command::new(binary());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("TENOR_") {
            command.env_remove(name);
        }
    }
    command
}
