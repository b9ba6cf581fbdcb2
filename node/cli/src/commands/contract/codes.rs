//! Modules on their way to the ledger.

use crate::commands::node::compiler;
use crate::core::specs::{decode, section_of_module};
use crate::core::{CliError, CliResult, Context, Report};
use serde_json::json;
use std::path::Path;
use tenor_primitives::{Hash, Message, Parameters, keccak256};
use tenor_vm::{CodeRefusal, CompileLimits, NotAdmitted, VmConfig, WasmVm, function_name};

/// `tenor contract check`: what a node does with uploaded code before it lets it in.
pub(super) fn check(file: &Path) -> CliResult<Report> {
    let code = read(file)?;
    // The rules of a new ledger: a ledger whose operator changed its limits may judge otherwise.
    let parameters = Parameters::initial();
    let size = tenor_vm::check(&code, &parameters)
        .map_err(|refusal| refused(file, &code, &refusal))?
        .instrumented
        .wasm
        .len();
    compile(file, &code, &parameters)?;
    let code_hash = keccak256(&code);
    let path = file.display();
    let mut report = Report::new();
    report = match section_of_module(&code).and_then(|(section, _)| decode(&section)) {
        Ok(spec) => report
            .line(format!("{path}: {} {}, code hash {code_hash}", spec.name, spec.version))
            .field("name", spec.name)
            .field("version", spec.version),
        Err(_) => report.line(format!("{path}: no spec, code hash {code_hash}")),
    };
    Ok(report
        .line(format!("{} bytes, {size} with gas and stack counting", code.len()))
        .field("code_hash", code_hash.to_string())
        .field("code_bytes", code.len())
        .field("instrumented_bytes", size)
        .next(format!("tenor contract upload {path} --as developer")))
}

/// Compiles as a node's admission does, in a process of its own.
fn compile(file: &Path, code: &[u8], parameters: &Parameters) -> CliResult<()> {
    let config = VmConfig {
        compiler: compiler(CompileLimits::default())?,
        concurrent_runs_max: 1,
        ..VmConfig::default()
    };
    let vm = WasmVm::new(config).map_err(|error| CliError::Machine(error.to_string()))?;
    match vm.admit(code, parameters) {
        Ok(_) => Ok(()),
        Err(NotAdmitted::Refused(refusal)) => Err(refused(file, code, &refusal)),
        Err(NotAdmitted::Unfinished(unfinished)) => Err(CliError::CodeNotCompiled(format!(
            "{}: {unfinished}; give its functions fewer locals and shallower loops",
            file.display()
        ))),
    }
}

/// A refusal with the name of the function it is about.
fn refused(file: &Path, code: &[u8], refusal: &CodeRefusal) -> CliError {
    let function_name = refusal.function.and_then(|index| function_name(code, index));
    let named = function_name.as_ref().map(|name| format!(" (function {name})"));
    CliError::CodeRefused {
        text: format!("{}: {refusal}{}", file.display(), named.unwrap_or_default()),
        details: Box::new(json!({
            "rule": refusal.rule.code(),
            "rule_name": format!("{:?}", refusal.rule),
            "function": refusal.function,
            "function_name": function_name,
            "offset": refusal.offset,
            "expected": refusal.expected,
            "got": refusal.got,
        })),
    }
}

/// `tenor contract upload`.
pub(super) async fn upload(
    mut context: Context,
    file: &Path,
    name: Option<String>,
) -> CliResult<Report> {
    let code = read(file)?;
    let (section, code_hash) = section_of_module(&code)?;
    let name = match name {
        Some(name) => name,
        None => decode(&section)?.name,
    };
    let bytes = code.len();
    let sent = context.send(vec![Message::UploadCode { code }]).await?;
    let mut noted = Report::new();
    // It is on the ledger, whether or not its name can be kept. Its spec can be had again.
    if sent.is_committed
        && let Err(error) = context.set_code(&name, code_hash)
    {
        noted = noted.line(format!("  {code_hash} has no name here: {error}"));
    }
    if sent.is_committed {
        let _ = context.home.cache_spec(&code_hash, &section);
    }
    Ok(sent
        .headline(format!("uploaded {name}: {bytes} bytes, code hash {code_hash}"))
        .merged(noted)
        .field("name", name.clone())
        .field("code_hash", code_hash.to_string())
        .next(format!("tenor contract approve {name} --as operator")))
}

/// `tenor contract approve`.
pub(super) async fn approve(context: &Context, names: &[String]) -> CliResult<Report> {
    let hashes = names.iter().map(|name| context.code(name)).collect::<CliResult<Vec<Hash>>>()?;
    let messages = hashes.iter().map(|code_hash| Message::ApproveCode { code_hash: *code_hash });
    let sent = context.send(messages.collect()).await?;
    let hashes: Vec<_> = hashes.iter().map(Hash::to_string).collect();
    let first = names.first().map_or("CODE", String::as_str);
    Ok(sent
        .headline(format!("approved {}", names.join(", ")))
        .field("code_hashes", hashes)
        .next(format!("tenor contract help {first}")))
}

fn read(file: &Path) -> CliResult<Vec<u8>> {
    std::fs::read(file).map_err(|error| CliError::file(file, error))
}
