//! The real binary, run as a user runs it.

mod accounts;
mod bomb;
mod node;

pub use accounts::Opening;
pub use bomb::{compile_bomb, divided_bomb, heavy_module, memory_bomb};
pub use node::NodeProcess;

use crate::workspace;
use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

/// The `tenor` binary: `TENOR_BINARY`, or the one of this build.
///
/// # Panics
/// If it is not built: `make build` builds it.
pub fn binary() -> PathBuf {
    let path = match std::env::var_os("TENOR_BINARY").filter(|path| !path.is_empty()) {
        Some(path) => path.into(),
        None => workspace::target_folder().join("release/tenor"),
    };
    assert!(path.is_file(), "{} is not built; run `make build`", path.display());
    path
}

/// A command of the binary with nothing of this process's environment that it listens to.
pub fn tenor() -> Command {
    undisturbed(binary())
}

/// A command of any program, with nothing of this process's environment that the binary listens to.
pub fn undisturbed(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("TENOR_") {
            command.env_remove(name);
        }
    }
    command
}
