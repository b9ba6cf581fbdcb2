//! One walk over the module without type checking: counts against the limits, shapes against the
//! rules. Its cost is linear in the bytes, so that the type checker only ever sees bounded modules.

use super::{bodies::BodyTotals, exports, imports, memory::Storage, types::Types};
use crate::refusal::{CodeRefusal, Rule, check_max};
use tenor_primitives::Limits;
use wasmparser::{Encoding, Parser, Payload};

/// What the walk has seen so far.
pub(super) struct Survey<'a> {
    pub(super) limits: &'a Limits,
    pub(super) types: Types,
    pub(super) storage: Storage,
    pub(super) bodies: BodyTotals,
    import_count: u64,
    export_count: u64,
    global_count: u64,
    segment_count: u64,
}

/// Walks `code`.
pub(super) fn survey(code: &[u8], limits: &Limits) -> Result<(), CodeRefusal> {
    let mut survey = Survey {
        limits,
        types: Types::default(),
        storage: Storage::default(),
        bodies: BodyTotals::default(),
        import_count: 0,
        export_count: 0,
        global_count: 0,
        segment_count: 0,
    };
    for payload in Parser::new(0).parse_all(code) {
        survey.payload(payload.map_err(malformed)?)?;
    }
    survey.storage.finish()
}

/// A decoding error as a refusal.
pub(super) fn malformed(error: wasmparser::Error) -> CodeRefusal {
    CodeRefusal::from_parser(Rule::Malformed, &error)
}

impl Survey<'_> {
    fn payload(&mut self, payload: Payload<'_>) -> Result<(), CodeRefusal> {
        match payload {
            Payload::Version { encoding, .. } => module_only(encoding),
            Payload::TypeSection(reader) => self.types.read_types(reader, self.limits),
            Payload::ImportSection(reader) => {
                self.import_count += u64::from(reader.count());
                check_max(
                    Rule::ImportCount,
                    "imports",
                    self.import_count,
                    self.limits.imports_max,
                )?;
                imports::read(reader, &mut self.types, self.limits)
            }
            Payload::FunctionSection(reader) => self.types.read_functions(reader, self.limits),
            Payload::TableSection(reader) => self.storage.read_tables(reader, self.limits),
            Payload::MemorySection(reader) => self.storage.read_memories(reader, self.limits),
            Payload::GlobalSection(reader) => self.globals(reader),
            Payload::ExportSection(reader) => {
                self.export_count += u64::from(reader.count());
                check_max(
                    Rule::ExportCount,
                    "exports",
                    self.export_count,
                    self.limits.exports_max,
                )?;
                exports::read(reader, &self.types, self.limits)
            }
            Payload::StartSection { range, .. } => {
                Err(CodeRefusal::new(Rule::StartFunction, "no start function", "one")
                    .at(range.start))
            }
            Payload::ElementSection(reader) => {
                self.segments(reader.count())?;
                self.storage.read_elements(reader)
            }
            Payload::DataSection(reader) => {
                self.segments(reader.count())?;
                self.storage.read_data(reader)
            }
            Payload::CodeSectionEntry(body) => {
                self.bodies.read_body(&body, &self.types, self.limits)
            }
            // Order, duplicates and unknown ids are the type checker's; custom sections mean nothing.
            _ => Ok(()),
        }
    }

    fn globals(&mut self, reader: wasmparser::GlobalSectionReader<'_>) -> Result<(), CodeRefusal> {
        self.global_count += u64::from(reader.count());
        check_max(Rule::GlobalCount, "globals", self.global_count, self.limits.globals_max)?;
        for item in reader.into_iter_with_offsets() {
            let (offset, global) = item.map_err(malformed)?;
            super::types::integer(global.ty.content_type).map_err(|refusal| refusal.at(offset))?;
        }
        Ok(())
    }

    fn segments(&mut self, count: u32) -> Result<(), CodeRefusal> {
        self.segment_count += u64::from(count);
        check_max(Rule::SegmentCount, "segments", self.segment_count, self.limits.segments_max)
    }
}

fn module_only(encoding: Encoding) -> Result<(), CodeRefusal> {
    match encoding {
        Encoding::Module => Ok(()),
        Encoding::Component => {
            Err(CodeRefusal::new(Rule::NotAModule, "a core WebAssembly module", "a component"))
        }
    }
}
