//! Writes the instrumented module from the plan.

use super::emit::{self, Indices};
use super::helpers::{Helper, helpers};
use super::plan::{Body, EditKind, Items, Plan};
use super::shapes::Shapes;
use super::{Counters, Instrumented, OffsetMap, Settings};
use super::{GAS_EXPORT, GUEST_PREFIX, MEMORY_EXPORT, STACK_EXPORT};
use std::ops::Range;
use wasm_encoder::{
    ConstExpr, Encode, ExportKind, ExportSection, GlobalType, InstructionSink, MemorySection,
    MemoryType, Module, RawSection, SectionId, ValType,
};
use wasmparser::ExternalKind;

/// Writes the instrumented form of `code`.
pub(super) fn rewrite(code: &[u8], plan: &Plan, settings: Settings<'_>) -> Instrumented {
    let indices = indices(plan);
    let memory = plan.memory.map(|declared| bounds(declared, settings.memory_pages_max));
    let pages_max = memory.map(|(_, maximum)| maximum);
    let helpers = helpers(plan.helpers, settings.gas, indices, pages_max);
    let mut module = Module::new();
    let helper_types = helpers.iter().map(|helper| function_type(helper.params, helper.results));
    let mut types: Vec<Vec<u8>> = helper_types.collect();
    let helper_count = u32::try_from(types.len()).expect("at most three helpers");
    let shapes = Shapes::of(&plan.bodies, plan.types.count + helper_count);
    types.extend(shapes.appended().map(|results| function_type(&[], &results)));
    append(&mut module, SectionId::Type, code, &plan.types, &types);
    copy(&mut module, SectionId::Import, code, plan.imports.as_ref());
    let declared = (0..).zip(&helpers).map(|(index, _)| {
        encoded(|out| {
            (plan.types.count + index).encode(out);
        })
    });
    append(&mut module, SectionId::Function, code, &plan.functions, &declared.collect::<Vec<_>>());
    copy(&mut module, SectionId::Table, code, plan.tables.as_ref());
    memory_section(&mut module, memory);
    append(&mut module, SectionId::Global, code, &plan.globals, &counters(settings.counters));
    exports(&mut module, plan, indices);
    copy(&mut module, SectionId::Start, code, plan.start.as_ref());
    copy(&mut module, SectionId::Element, code, plan.elements.as_ref());
    copy(&mut module, SectionId::DataCount, code, plan.data_count.as_ref());
    let offsets = code_section(&mut module, code, plan, &helpers, indices, &shapes);
    copy(&mut module, SectionId::Data, code, plan.data.as_ref());
    Instrumented { wasm: module.finish(), offsets }
}

/// Appended globals and functions take the next free indices.
fn indices(plan: &Plan) -> Indices {
    let gas = plan.imported_globals + plan.globals.count;
    let first = plan.imported_functions + plan.functions.count;
    let used = plan.helpers;
    let copy = first + u32::from(used.grow);
    let fill = copy + u32::from(used.copy);
    Indices { gas, stack: gas + 1, grow: first, copy, fill }
}

fn encoded(write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(&mut bytes);
    bytes
}

fn function_type(params: &[ValType], results: &[ValType]) -> Vec<u8> {
    /// The tag of a function type.
    const FUNCTION: u8 = 0x60;
    encoded(|out| {
        out.push(FUNCTION);
        params.encode(out);
        results.encode(out);
    })
}

fn counters(start: Counters) -> [Vec<u8>; 2] {
    let counter = |val_type, value: ConstExpr| {
        encoded(|out| {
            GlobalType { val_type, mutable: true, shared: false }.encode(out);
            value.encode(out);
        })
    };
    [
        counter(ValType::I64, ConstExpr::i64_const(start.gas)),
        counter(ValType::I32, ConstExpr::i32_const(start.stack)),
    ]
}

/// Writes a section of the original items followed by `added` ones.
fn append(module: &mut Module, id: SectionId, code: &[u8], items: &Items, added: &[Vec<u8>]) {
    let count = items.count as usize + added.len();
    if count == 0 {
        return;
    }
    let mut data = encoded(|out| count.encode(out));
    data.extend_from_slice(&code[items.bytes.clone()]);
    added.iter().for_each(|item| data.extend_from_slice(item));
    module.section(&RawSection { id: id.into(), data: &data });
}

fn copy(module: &mut Module, id: SectionId, code: &[u8], range: Option<&Range<usize>>) {
    if let Some(range) = range {
        module.section(&RawSection { id: id.into(), data: &code[range.clone()] });
    }
}

/// Initial pages and the most: what the module declares, within the host's bound.
fn bounds((minimum, declared): (u64, Option<u64>), pages_max: u32) -> (u64, u64) {
    let pages_max = u64::from(pages_max);
    (minimum, declared.unwrap_or(pages_max).min(pages_max).max(minimum))
}

fn memory_section(module: &mut Module, memory: Option<(u64, u64)>) {
    let Some((minimum, maximum)) = memory else { return };
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum,
        maximum: Some(maximum),
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    module.section(&memories);
}

fn exports(module: &mut Module, plan: &Plan, indices: Indices) {
    let mut section = ExportSection::new();
    section.export(GAS_EXPORT, ExportKind::Global, indices.gas);
    section.export(STACK_EXPORT, ExportKind::Global, indices.stack);
    if plan.memory.is_some() {
        section.export(MEMORY_EXPORT, ExportKind::Memory, 0);
    }
    for export in &plan.exports {
        let kind = match export.kind {
            ExternalKind::Func | ExternalKind::FuncExact => ExportKind::Func,
            ExternalKind::Table => ExportKind::Table,
            ExternalKind::Memory => ExportKind::Memory,
            ExternalKind::Global => ExportKind::Global,
            ExternalKind::Tag => ExportKind::Tag,
        };
        section.export(&format!("{GUEST_PREFIX}{}", export.name), kind, export.index);
    }
    module.section(&section);
}

fn code_section(
    module: &mut Module,
    code: &[u8],
    plan: &Plan,
    helpers: &[Helper],
    indices: Indices,
    shapes: &Shapes,
) -> OffsetMap {
    let mut offsets = OffsetMap::default();
    let count = plan.bodies.len() + helpers.len();
    let mut data = encoded(|out| count.encode(out));
    for planned in &plan.bodies {
        let mut writer = BodyWriter { code, shapes, out: Vec::new(), copied: Vec::new() };
        writer.write(planned, indices);
        writer.out.len().encode(&mut data);
        for (at, original) in &writer.copied {
            offsets.push(data.len() + at, original.start, original.len());
        }
        data.extend_from_slice(&writer.out);
    }
    for helper in helpers {
        helper.body.encode(&mut data);
    }
    if count > 0 {
        module.section(&RawSection { id: SectionId::Code.into(), data: &data });
        offsets.shift(module.len() - data.len());
    }
    offsets
}

/// Writes one body and remembers which stretches are copies.
struct BodyWriter<'a> {
    code: &'a [u8],
    shapes: &'a Shapes,
    out: Vec<u8>,
    copied: Vec<(usize, Range<usize>)>,
}

impl BodyWriter<'_> {
    fn write(&mut self, body: &Body, indices: Indices) {
        self.locals(body);
        let mut sink = InstructionSink::new(&mut self.out);
        if body.calls {
            emit::enter(&mut sink, indices.stack, body.stack_bytes);
            // A branch out of all blocks of the original now leaves this one.
            sink.block(self.shapes.block_type(&body.results));
        } else {
            emit::enter_leaf(&mut sink, indices.stack, body.stack_bytes);
        }
        if let Some(local) = body.gas_local {
            emit::reload(&mut sink, indices.gas, local);
        }
        let mut done = body.operators.start;
        for edit in &body.edits {
            self.copy(done..edit.at);
            done = edit.at + edit.length;
            if edit.length > 0 {
                // A replaced instruction stands where the original stood.
                self.copied.push((self.out.len(), edit.at..edit.at + 1));
            }
            self.edit(edit.kind, body, indices);
        }
        self.copy(done..body.operators.end);
        if body.calls {
            // The original's last `end` has closed the block.
            let mut sink = InstructionSink::new(&mut self.out);
            emit::leave(&mut sink, indices.stack, body.stack_bytes);
            sink.end();
        }
    }

    /// Declares the original's locals, and the one that counts gas behind them.
    fn locals(&mut self, body: &Body) {
        (body.local_groups + u32::from(body.gas_local.is_some())).encode(&mut self.out);
        self.out.extend_from_slice(&self.code[body.locals.clone()]);
        if body.gas_local.is_some() {
            1u32.encode(&mut self.out);
            ValType::I64.encode(&mut self.out);
        }
    }

    fn copy(&mut self, range: Range<usize>) {
        self.copied.push((self.out.len(), range.clone()));
        self.out.extend_from_slice(&self.code[range]);
    }

    fn edit(&mut self, kind: EditKind, body: &Body, indices: Indices) {
        let mut sink = InstructionSink::new(&mut self.out);
        match (kind, body.gas_local) {
            (EditKind::Charge(charge), Some(local)) => {
                emit::charge(&mut sink, indices.gas, local, charge);
            }
            (EditKind::Reload, Some(local)) => emit::reload(&mut sink, indices.gas, local),
            (EditKind::Charge(_) | EditKind::Reload, None) => {
                unreachable!("a body in which nothing costs gas has no edits that concern it")
            }
            (EditKind::Return(blocks), _) if body.calls => drop(sink.br(blocks)),
            (EditKind::Return(_), _) => drop(sink.return_()),
            (EditKind::Grow, _) => drop(sink.call(indices.grow)),
            (EditKind::Copy, _) => drop(sink.call(indices.copy)),
            (EditKind::Fill, _) => drop(sink.call(indices.fill)),
        }
    }
}
