//! Compiling contract crates to wasm: cargo with an installed target, or Debian's compiler with the
//! library's source.

use crate::core::{CliError, CliResult, Report};
use clap::Args;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;
use tenor_primitives::keccak256;

/// The contracts' compilation target: wasm 1.0 with mutable globals, no standard library.
const TARGET: &str = "wasm32v1-none";
/// The reference contracts.
const PACKAGES: [&str; 5] =
    ["tenor-registry", "tenor-cash", "tenor-issuance", "tenor-coupon", "tenor-settlement"];

/// What to build.
#[derive(Args, Debug)]
pub(crate) struct BuildArgs {
    /// Packages of the workspace [default: the five reference contracts]
    packages: Vec<String>,
    /// The workspace
    #[arg(long, default_value = ".")]
    workspace: PathBuf,
}

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

/// Runs the command.
pub(super) fn run(args: &BuildArgs) -> CliResult<Report> {
    let backend = backend()?;
    let defaults = PACKAGES.map(str::to_owned);
    let packages = if args.packages.is_empty() { &defaults[..] } else { &args.packages };
    let root = args.workspace.canonicalize();
    let root = root.map_err(|error| CliError::file(&args.workspace, error))?;
    let target = target(&root);
    let out = target.join("wasm");
    std::fs::create_dir_all(&out).map_err(|error| CliError::file(&out, error))?;
    let mut report = Report::new();
    let mut built = Vec::new();
    for package in packages {
        compile(&backend, &root, &target, package)?;
        let from = target.join(TARGET).join("contract").join(package.replace('-', "_") + ".wasm");
        let name = package.strip_prefix("tenor-").unwrap_or(package);
        let file = out.join(format!("{name}.wasm"));
        let code = std::fs::read(&from).map_err(|error| CliError::file(&from, error))?;
        place(&file, &code)?;
        let hash = keccak256(&code);
        report = report.line(format!("{name}: {} bytes, code hash {hash}", code.len()));
        built.push(json!({"name": name, "file": file, "code_bytes": code.len(),
                          "code_hash": hash.to_string()}));
    }
    let example = out.join("NAME.wasm");
    Ok(report.field("contracts", built).next(format!("tenor contract check {}", example.display())))
}

/// Where the contracts of a workspace are compiled; `wasm` in it has the modules.
pub(crate) fn target(root: &Path) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR");
    target.map_or_else(|| root.join("target"), PathBuf::from).join("contracts")
}

/// Puts a module in its place in one step, and leaves an equal one alone: somebody may be reading it.
fn place(file: &Path, code: &[u8]) -> CliResult<()> {
    if std::fs::read(file).is_ok_and(|old| old == code) {
        return Ok(());
    }
    let new = file.with_extension("wasm.new");
    let placed = std::fs::write(&new, code).and_then(|()| std::fs::rename(&new, file));
    placed.map_err(|error| CliError::file(file, error))
}

/// The way that works here, or what to install.
pub(crate) fn backend() -> CliResult<Backend> {
    let sysroot = print("rustc", "sysroot");
    if sysroot.as_ref().is_some_and(|root| lib(root).join(TARGET).join("lib").is_dir()) {
        return Ok(Backend::Rustup);
    }
    let debian = Path::new("/usr/bin/rustc");
    let has_source = print("/usr/bin/rustc", "sysroot")
        .is_some_and(|root| lib(&root).join("src/rust/library/core").is_dir());
    let knows = print("/usr/bin/rustc", "target-list")
        .is_some_and(|list| list.lines().any(|line| line == TARGET));
    if debian.is_file() && has_source && knows {
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

fn compile(backend: &Backend, root: &Path, target: &Path, package: &str) -> CliResult<()> {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root).env("CARGO_TARGET_DIR", target);
    cargo.args(["rustc", "--quiet", "--profile", "contract", "--lib", "--crate-type", "cdylib"]);
    cargo.args(["--target", TARGET, "-p", package]);
    let sysroot = match backend {
        Backend::Rustup => print("rustc", "sysroot"),
        Backend::Debian { linker } => {
            cargo.env("RUSTC", "/usr/bin/rustc").env("RUSTC_BOOTSTRAP", "1");
            cargo.env("CARGO_TARGET_WASM32V1_NONE_LINKER", linker).arg("-Zbuild-std=core,alloc");
            print("/usr/bin/rustc", "sysroot")
        }
    };
    cargo.env("RUSTFLAGS", remap(root, sysroot.as_deref()));
    let status = cargo.status().map_err(|error| {
        CliError::Machine(format!("expected cargo on the PATH, got {error}; see https://rustup.rs"))
    })?;
    if status.success() {
        return Ok(());
    }
    Err(CliError::Machine(format!("cargo could not build {package}; its messages are above")))
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
