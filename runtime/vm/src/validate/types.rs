//! Types and functions: counts, parameters, results, value types.

use super::survey::malformed;
use crate::refusal::{CodeRefusal, Rule, check_max};
use tenor_primitives::Limits;
use wasmparser::{
    CompositeInnerType, FuncType, FunctionSectionReader, RecGroup, TypeSectionReader, ValType,
};

/// The module's types and the type of each function, imported ones first.
#[derive(Default)]
pub(super) struct Types {
    types: Vec<FuncType>,
    functions: Vec<u32>,
    imported: u32,
    params_total: u64,
}

impl Types {
    pub(super) fn read_types(
        &mut self,
        reader: TypeSectionReader<'_>,
        limits: &Limits,
    ) -> Result<(), CodeRefusal> {
        let count = self.types.len() as u64 + u64::from(reader.count());
        check_max(Rule::TypeCount, "types", count, limits.types_max)?;
        for item in reader.into_iter_with_offsets() {
            let (offset, group) = item.map_err(malformed)?;
            let ty = function_type(group)
                .and_then(|ty| check_signature(&ty, limits).map(|()| ty))
                .map_err(|refusal| refusal.at(offset))?;
            self.types.push(ty);
        }
        Ok(())
    }

    pub(super) fn read_functions(
        &mut self,
        reader: FunctionSectionReader<'_>,
        limits: &Limits,
    ) -> Result<(), CodeRefusal> {
        let count = self.functions.len() as u64 + u64::from(reader.count());
        check_max(Rule::FunctionCount, "functions", count, limits.functions_max)?;
        for item in reader.into_iter_with_offsets() {
            let (offset, ty) = item.map_err(malformed)?;
            self.declare(ty, limits).map_err(|refusal| refusal.at(offset))?;
        }
        Ok(())
    }

    /// Adds an imported function of type `ty`.
    pub(super) fn import(&mut self, ty: u32, limits: &Limits) -> Result<(), CodeRefusal> {
        self.imported += 1;
        self.declare(ty, limits)
    }

    /// The type with index `index`.
    pub(super) fn ty(&self, index: u32) -> Result<&FuncType, CodeRefusal> {
        self.types.get(index as usize).ok_or_else(|| {
            CodeRefusal::new(Rule::Invalid, "the index of a type", index.to_string())
        })
    }

    /// The type of the function with index `index`.
    pub(super) fn function(&self, index: u32) -> Result<&FuncType, CodeRefusal> {
        let ty = self.functions.get(index as usize).ok_or_else(|| {
            CodeRefusal::new(Rule::Invalid, "the index of a function", index.to_string())
        })?;
        self.ty(*ty)
    }

    /// How many functions are imported.
    pub(super) fn imported(&self) -> u32 {
        self.imported
    }

    fn declare(&mut self, ty: u32, limits: &Limits) -> Result<(), CodeRefusal> {
        self.params_total += self.ty(ty)?.params().len() as u64;
        check_max(
            Rule::ParamTotal,
            "parameters of all functions",
            self.params_total,
            limits.params_total_max,
        )?;
        self.functions.push(ty);
        Ok(())
    }
}

/// The one function type of a group; other groups belong to the proposal of garbage collection.
fn function_type(group: RecGroup) -> Result<FuncType, CodeRefusal> {
    let mut types = group.into_types();
    let plain = match (types.next(), types.next()) {
        (Some(ty), None) if ty.is_final && ty.supertype_idx.is_none() => Some(ty),
        _ => None,
    };
    match plain.map(|ty| ty.composite_type.inner) {
        Some(CompositeInnerType::Func(ty)) => Ok(ty),
        _ => Err(CodeRefusal::new(Rule::Proposal, "a function type", "another kind of type")),
    }
}

fn check_signature(ty: &FuncType, limits: &Limits) -> Result<(), CodeRefusal> {
    check_max(Rule::ParamCount, "parameters", ty.params().len() as u64, limits.params_max)?;
    if ty.results().len() > 1 {
        let got = ty.results().len().to_string();
        return Err(CodeRefusal::new(Rule::MultiValue, "at most one result", got));
    }
    ty.params().iter().chain(ty.results()).try_for_each(|value| integer(*value))
}

/// Refuses every value type but the two integers.
pub(super) fn integer(ty: ValType) -> Result<(), CodeRefusal> {
    let rule = match ty {
        ValType::I32 | ValType::I64 => return Ok(()),
        ValType::F32 | ValType::F64 => Rule::Float,
        ValType::V128 | ValType::Ref(_) => Rule::ValueType,
    };
    Err(CodeRefusal::new(rule, "i32 or i64", ty.to_string()))
}
