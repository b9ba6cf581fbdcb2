//! Modules on their way to the ledger.

use crate::core::specs::{decode, section_of_module};
use crate::core::{CliError, CliResult, Context, Report};
use std::path::Path;
use tenor_primitives::{Hash, Message, Parameters};

/// `tenor contract check`.
pub(super) fn check(file: &Path) -> CliResult<Report> {
    let code = read(file)?;
    // The rules of a new ledger: a ledger whose operator changed its limits may judge otherwise.
    let checked = tenor_vm::check(&code, &Parameters::initial())
        .map_err(|refusal| CliError::Usage(format!("{}: {refusal}", file.display())))?;
    let (section, code_hash) = section_of_module(&code)?;
    let spec = decode(&section)?;
    let size = checked.instrumented.wasm.len();
    let path = file.display();
    Ok(Report::new()
        .line(format!("{path}: {} {}, code hash {code_hash}", spec.name, spec.version))
        .line(format!("{} bytes, {size} with gas and stack counting", code.len()))
        .field("name", spec.name)
        .field("version", spec.version)
        .field("code_hash", code_hash.to_string())
        .field("code_bytes", code.len())
        .field("instrumented_bytes", size)
        .next(format!("tenor contract upload {path} --as developer")))
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
    if sent.is_committed {
        context.set_code(&name, code_hash)?;
        context.home.cache_spec(&code_hash, &section)?;
    }
    Ok(sent
        .headline(format!("uploaded {name}: {bytes} bytes, code hash {code_hash}"))
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
