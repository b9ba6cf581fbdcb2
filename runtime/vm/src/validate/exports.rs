//! Exports: bounded printable names, entry points of the right type.

use super::{survey::malformed, types::Types};
use crate::refusal::{CodeRefusal, Rule, check_max};
use tenor_abi::EntryPoint;
use tenor_primitives::Limits;
use wasmparser::{Export, ExportSectionReader, ExternalKind};

pub(super) fn read(
    reader: ExportSectionReader<'_>,
    types: &Types,
    limits: &Limits,
) -> Result<(), CodeRefusal> {
    for item in reader.into_iter_with_offsets() {
        let (offset, export) = item.map_err(malformed)?;
        check_name(export.name, limits)
            .and_then(|()| check_entry_point(&export, types))
            .map_err(|refusal| refusal.at(offset))?;
    }
    Ok(())
}

/// Refuses names that are too long or not printable ASCII.
pub(super) fn check_name(name: &str, limits: &Limits) -> Result<(), CodeRefusal> {
    check_max(Rule::NameLength, "bytes of a name", name.len() as u64, limits.name_bytes_max)?;
    if name.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(());
    }
    let got = name.escape_debug().to_string();
    Err(CodeRefusal::new(Rule::NameText, "a name of printable ASCII", got))
}

fn check_entry_point(export: &Export<'_>, types: &Types) -> Result<(), CodeRefusal> {
    if !EntryPoint::ALL.iter().any(|entry| entry.export() == export.name) {
        return Ok(());
    }
    let expected = "a function without parameters or results";
    if export.kind != ExternalKind::Func {
        let got = format!("{:?} {}", export.kind, export.name);
        return Err(CodeRefusal::new(Rule::EntryPointType, expected, got));
    }
    let ty = types.function(export.index)?;
    if ty.params().is_empty() && ty.results().is_empty() {
        return Ok(());
    }
    let got = format!("{}: {ty}", export.name);
    Err(CodeRefusal::new(Rule::EntryPointType, expected, got).in_function(export.index))
}
