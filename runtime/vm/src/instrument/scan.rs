//! Reads and type-checks the original and plans its changes.

use super::plan::{Body, Edit, EditKind, Export, HelperUse, Items, Plan};
use super::segments::Segments;
use super::{COMPUTED_BYTES, FRAME_BYTES, Settings, Target, VALUE_BYTES};
use crate::refusal::{CodeRefusal, Rule};
use std::ops::Range;
use tenor_primitives::GasSchedule;
use wasmparser::{
    FuncToValidate, FuncValidatorAllocations, FunctionBody, Operator, Parser, Payload,
    SectionLimited, TypeRef, ValidPayload, Validator, ValidatorResources, WasmModuleResources,
};

/// Plans the instrumentation of `code`.
pub(super) fn scan(code: &[u8], settings: Settings<'_>) -> Result<Plan, CodeRefusal> {
    let Settings { gas, target, .. } = settings;
    let mut validator = Validator::new_with_features(target.features());
    let mut allocations = FuncValidatorAllocations::default();
    let mut plan = Plan::default();
    for payload in Parser::new(0).parse_all(code) {
        let payload = payload.map_err(|error| CodeRefusal::from_parser(Rule::Malformed, &error))?;
        match validator.payload(&payload).map_err(invalid)? {
            ValidPayload::Func(function, body) => {
                let index = function.index;
                let helpers = &mut plan.helpers;
                let mut scan = BodyScan { gas, target, helpers, calls: false, computed: 0 };
                let (body, reuse) = scan
                    .body(function, &body, allocations)
                    .map_err(|refusal| refusal.in_function(index))?;
                allocations = reuse;
                plan.bodies.push(body);
            }
            _ => section(&payload, target, &mut plan)?,
        }
    }
    Ok(plan)
}

fn invalid(error: wasmparser::Error) -> CodeRefusal {
    CodeRefusal::from_parser(Rule::Invalid, &error)
}

/// Reads what concerns `target` apart from the rest.
fn section(payload: &Payload<'_>, target: Target, plan: &mut Plan) -> Result<(), CodeRefusal> {
    match (payload, target) {
        (Payload::StartSection { range, .. }, Target::Contract) => {
            let refusal = CodeRefusal::new(Rule::StartFunction, "no start function", "one");
            Err(refusal.at(range.start))
        }
        (Payload::StartSection { range, .. }, Target::Standard) => {
            plan.start = Some(range.clone());
            Ok(())
        }
        (Payload::DataCountSection { range, .. }, Target::Standard) => {
            plan.data_count = Some(range.clone());
            Ok(())
        }
        _ => items_of(payload, plan).map_err(invalid),
    }
}

fn items_of(payload: &Payload<'_>, plan: &mut Plan) -> wasmparser::Result<()> {
    match payload {
        Payload::TypeSection(reader) => plan.types = items(reader),
        Payload::ImportSection(reader) => {
            plan.imports = Some(reader.range());
            for import in reader.clone().into_imports() {
                match import?.ty {
                    TypeRef::Func(_) => plan.imported_functions += 1,
                    TypeRef::Global(_) => plan.imported_globals += 1,
                    _ => {}
                }
            }
        }
        Payload::FunctionSection(reader) => plan.functions = items(reader),
        Payload::TableSection(reader) => plan.tables = Some(reader.range()),
        Payload::MemorySection(reader) => {
            for ty in reader.clone() {
                let ty = ty?;
                plan.memory = Some((ty.initial, ty.maximum));
            }
        }
        Payload::GlobalSection(reader) => plan.globals = items(reader),
        Payload::ExportSection(reader) => {
            for export in reader.clone() {
                let export = export?;
                let name = export.name.to_owned();
                plan.exports.push(Export { name, kind: export.kind, index: export.index });
            }
        }
        Payload::ElementSection(reader) => plan.elements = Some(reader.range()),
        Payload::DataSection(reader) => plan.data = Some(reader.range()),
        _ => {}
    }
    Ok(())
}

fn items<T>(reader: &SectionLimited<'_, T>) -> Items {
    let bytes = reader.original_position()..reader.range().end;
    Items { count: reader.count(), bytes }
}

struct BodyScan<'a> {
    gas: &'a GasSchedule,
    target: Target,
    helpers: &'a mut HelperUse,
    calls: bool,
    computed: u32,
}

impl BodyScan<'_> {
    fn body(
        &mut self,
        function: FuncToValidate<ValidatorResources>,
        body: &FunctionBody<'_>,
        allocations: FuncValidatorAllocations,
    ) -> Result<(Body, FuncValidatorAllocations), CodeRefusal> {
        let ty = function.resources.sub_type_at(function.ty);
        let results = ty.map(|ty| ty.unwrap_func().results().to_vec()).unwrap_or_default();
        let mut validator = function.into_validator(allocations);
        let mut locals = body.get_binary_reader();
        validator.read_locals(&mut locals).map_err(invalid)?;
        let start = locals.original_position();
        let mut groups = body.get_binary_reader();
        let local_groups = groups.read_var_u32().map_err(invalid)?;
        let mut segments = Segments::new(start);
        let mut reader = body.get_operators_reader().map_err(invalid)?;
        let mut height_max = 0;
        while !reader.eof() {
            let (operator, at) = reader.read_with_offset().map_err(invalid)?;
            let place = at..reader.original_position();
            validator.op(at, &operator).map_err(invalid)?;
            height_max = height_max.max(validator.operand_stack_height());
            self.operator(&operator, place, &mut segments)?;
        }
        reader.finish().map_err(invalid)?;
        let body = Body {
            local_groups,
            locals: groups.original_position()..start,
            operators: start..body.range().end,
            gas_local: segments.costs().then_some(validator.len_locals()),
            edits: segments.finish(),
            stack_bytes: stack_bytes(validator.len_locals() + height_max, self.computed),
            calls: self.calls,
            results,
        };
        Ok((body, validator.into_allocations()))
    }

    fn operator(
        &mut self,
        operator: &Operator<'_>,
        place: Range<usize>,
        segments: &mut Segments,
    ) -> Result<(), CodeRefusal> {
        let classified = self.target.classify(operator);
        let (class, computed) = classified.map_err(|refusal| refusal.at(place.start))?;
        self.computed += computed;
        if let Some(kind) = self.replacement(operator, segments.depth()) {
            segments.edit(Edit { at: place.start, length: place.len(), kind });
        }
        segments.operator(operator, class.price(self.gas), place.end);
        Ok(())
    }

    fn replacement(&mut self, operator: &Operator<'_>, depth: usize) -> Option<EditKind> {
        match operator {
            // Nesting is far below 2^32: each level takes bytes of the body.
            Operator::Return => Some(EditKind::Return(u32::try_from(depth).ok()?)),
            Operator::MemoryGrow { .. } => {
                self.helpers.grow = true;
                Some(EditKind::Grow)
            }
            Operator::MemoryCopy { .. } => {
                self.helpers.copy = true;
                Some(EditKind::Copy)
            }
            Operator::MemoryFill { .. } => {
                self.helpers.fill = true;
                Some(EditKind::Fill)
            }
            Operator::Call { .. } | Operator::CallIndirect { .. } => {
                self.calls = true;
                None
            }
            _ => None,
        }
    }
}

/// Bytes of logical stack of a frame with so many locals and operands at most, and so many values
/// that may be kept besides. Bounded by the size of the body, so nothing wraps.
fn stack_bytes(values: u32, computed: u32) -> i32 {
    let values = values.saturating_mul(VALUE_BYTES);
    let computed = computed.saturating_mul(COMPUTED_BYTES);
    let bytes = FRAME_BYTES.saturating_add(values).saturating_add(computed);
    i32::try_from(bytes).unwrap_or(i32::MAX)
}
