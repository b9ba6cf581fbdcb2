//! Imports: functions of module `env`, each with its exact signature in the host table.

use super::{exports::check_name, survey::malformed, types::Types};
use crate::refusal::{CodeRefusal, Rule};
use tenor_abi::host::{HostFunction, IMPORT_MODULE, ValueType};
use tenor_primitives::Limits;
use wasmparser::{FuncType, Import, ImportSectionReader, Imports, TypeRef, ValType};

pub(super) fn read(
    reader: ImportSectionReader<'_>,
    types: &mut Types,
    limits: &Limits,
) -> Result<(), CodeRefusal> {
    for item in reader.into_iter_with_offsets() {
        let (offset, imports) = item.map_err(malformed)?;
        let Imports::Single(_, import) = imports else {
            let refusal = CodeRefusal::new(Rule::Proposal, "one import per entry", "a group");
            return Err(refusal.at(offset));
        };
        check_import(&import, types, limits).map_err(|refusal| refusal.at(offset))?;
    }
    Ok(())
}

fn check_import(
    import: &Import<'_>,
    types: &mut Types,
    limits: &Limits,
) -> Result<(), CodeRefusal> {
    check_name(import.name, limits)?;
    if import.module != IMPORT_MODULE {
        let got = import.module.escape_debug().to_string();
        return Err(CodeRefusal::new(Rule::ImportModule, IMPORT_MODULE, got));
    }
    let TypeRef::Func(ty) = import.ty else {
        return Err(CodeRefusal::new(Rule::ImportKind, "a function", import.name));
    };
    let Some(function) = HostFunction::by_name(import.name) else {
        return Err(CodeRefusal::new(Rule::ImportUnknown, "a host function", import.name));
    };
    if !has_signature(types.ty(ty)?, function) {
        let expected =
            format!("{}: {:?} -> {:?}", function.name(), function.params(), function.result());
        return Err(CodeRefusal::new(Rule::ImportSignature, expected, types.ty(ty)?.to_string()));
    }
    types.import(ty, limits)
}

fn has_signature(ty: &FuncType, function: HostFunction) -> bool {
    ty.params().iter().copied().eq(function.params().iter().map(wasm_type))
        && ty.results().iter().copied().eq(function.result().iter().map(wasm_type))
}

fn wasm_type(ty: &ValueType) -> ValType {
    match ty {
        ValueType::I32 => ValType::I32,
        ValueType::I64 => ValType::I64,
    }
}
