//! How contracts can be compiled on this machine; `scripts/lib.sh` decides in the same way.

use super::TARGET;
use crate::core::{CliError, CliResult};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Debian's compiler.
pub(super) const DEBIAN_RUSTC: &str = "/usr/bin/rustc";

/// How contracts can be compiled on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Backend {
    /// The toolchain in use has the target.
    Rustup,
    /// Debian's compiler knows the target and the library's source is there.
    Debian {
        /// The linker.
        linker: PathBuf,
    },
}

impl Backend {
    /// Where the compiler keeps its library.
    pub(super) fn sysroot(&self) -> Option<String> {
        match self {
            Self::Rustup => print("rustc", "sysroot"),
            Self::Debian { .. } => print(DEBIAN_RUSTC, "sysroot"),
        }
    }
}

/// The way that works here, or what to install.
pub(crate) fn backend() -> CliResult<Backend> {
    let sysroot = print("rustc", "sysroot");
    if sysroot.as_ref().is_some_and(|root| lib(root).join(TARGET).join("lib").is_dir()) {
        return Ok(Backend::Rustup);
    }
    let has_source = print(DEBIAN_RUSTC, "sysroot")
        .is_some_and(|root| lib(&root).join("src/rust/library/core").is_dir());
    let knows = print(DEBIAN_RUSTC, "target-list")
        .is_some_and(|list| list.lines().any(|line| line == TARGET));
    if Path::new(DEBIAN_RUSTC).is_file() && has_source && knows {
        let linker = linker(sysroot.as_deref()).ok_or_else(|| {
            CliError::Machine("no linker for wasm: install lld (apt-get install lld)".into())
        })?;
        return Ok(Backend::Debian { linker });
    }
    Err(CliError::Machine(format!(
        "expected a compiler for {TARGET}, got none; install one of: rustup target add {TARGET} | \
         apt-get install rustc-web rust-web-src"
    )))
}

fn lib(sysroot: &str) -> PathBuf {
    Path::new(sysroot).join("lib/rustlib")
}

/// What `rustc --print` says.
fn print(rustc: &str, what: &str) -> Option<String> {
    let output = Command::new(rustc).args(["--print", what]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// A linker for wasm: cargo's own toolchain has one; else LLVM's.
fn linker(sysroot: Option<&str>) -> Option<PathBuf> {
    let own = sysroot.and_then(|root| {
        let hosts = std::fs::read_dir(lib(root)).ok()?;
        let mut candidates = hosts.flatten().map(|host| host.path().join("bin/rust-lld"));
        candidates.find(|path| path.is_file())
    });
    own.or_else(|| {
        let names = std::fs::read_dir("/usr/bin").ok()?.flatten();
        let mut lld =
            names.filter(|name| name.file_name().to_string_lossy().starts_with("wasm-ld"));
        lld.next().map(|name| name.path())
    })
}
