//! The memory, the table, and the segments that fill them. Segments are checked to lie inside, so
//! that making an instance of accepted code can never trap.

use super::survey::malformed;
use crate::refusal::{CodeRefusal, Rule, check_max};
use tenor_primitives::Limits;
use wasmparser::{
    ConstExpr, DataKind, DataSectionReader, ElementItems, ElementKind, ElementSectionReader,
    MemorySectionReader, MemoryType, Operator, RefType, Table, TableInit, TableSectionReader,
};

/// Bytes of a WebAssembly page.
const PAGE_BYTES: u64 = 64 << 10;

/// What the module declares so far.
#[derive(Default)]
pub(super) struct Storage {
    memories: u64,
    memory_bytes: u64,
    tables: u64,
    table_elements: u64,
}

impl Storage {
    pub(super) fn read_memories(
        &mut self,
        reader: MemorySectionReader<'_>,
        limits: &Limits,
    ) -> Result<(), CodeRefusal> {
        self.memories += u64::from(reader.count());
        if self.memories > 1 {
            let got = self.memories.to_string();
            return Err(CodeRefusal::new(Rule::MemoryCount, "exactly one memory", got));
        }
        for item in reader.into_iter_with_offsets() {
            let (offset, ty) = item.map_err(malformed)?;
            check_memory(&ty, limits).map_err(|refusal| refusal.at(offset))?;
            self.memory_bytes = ty.initial.saturating_mul(PAGE_BYTES);
        }
        Ok(())
    }

    pub(super) fn read_tables(
        &mut self,
        reader: TableSectionReader<'_>,
        limits: &Limits,
    ) -> Result<(), CodeRefusal> {
        self.tables += u64::from(reader.count());
        if self.tables > 1 {
            let got = self.tables.to_string();
            return Err(CodeRefusal::new(Rule::TableCount, "at most one table", got));
        }
        for item in reader.into_iter_with_offsets() {
            let (offset, table) = item.map_err(malformed)?;
            check_table(&table, limits).map_err(|refusal| refusal.at(offset))?;
            self.table_elements = table.ty.initial;
        }
        Ok(())
    }

    pub(super) fn read_elements(
        &self,
        reader: ElementSectionReader<'_>,
    ) -> Result<(), CodeRefusal> {
        for item in reader.into_iter_with_offsets() {
            let (offset, element) = item.map_err(malformed)?;
            let start = match &element.kind {
                ElementKind::Active { table_index: None | Some(0), offset_expr } => {
                    constant(offset_expr)
                }
                _ => None,
            };
            let count = match &element.items {
                ElementItems::Functions(functions) => Some(functions.count()),
                ElementItems::Expressions(..) => None,
            };
            within(start.zip(count.map(u64::from)), self.table_elements)
                .map_err(|refusal| refusal.at(offset))?;
        }
        Ok(())
    }

    pub(super) fn read_data(&self, reader: DataSectionReader<'_>) -> Result<(), CodeRefusal> {
        for item in reader.into_iter_with_offsets() {
            let (offset, data) = item.map_err(malformed)?;
            let start = match &data.kind {
                DataKind::Active { memory_index: 0, offset_expr } => constant(offset_expr),
                _ => None,
            };
            within(start.map(|start| (start, data.data.len() as u64)), self.memory_bytes)
                .map_err(|refusal| refusal.at(offset))?;
        }
        Ok(())
    }

    /// After the last section: the memory must have been there.
    pub(super) fn finish(&self) -> Result<(), CodeRefusal> {
        if self.memories == 1 {
            return Ok(());
        }
        Err(CodeRefusal::new(Rule::MemoryCount, "exactly one memory", "none"))
    }
}

fn check_memory(ty: &MemoryType, limits: &Limits) -> Result<(), CodeRefusal> {
    if ty.memory64 || ty.shared || ty.page_size_log2.is_some() {
        let got = "a 64-bit or shared memory, or one with pages of its own";
        return Err(CodeRefusal::new(Rule::MemoryKind, "an ordinary 32-bit memory", got));
    }
    let max = limits.memory_pages_initial_max.min(limits.memory_pages_max);
    check_max(Rule::MemorySize, "initial pages of memory", ty.initial, max)
}

fn check_table(table: &Table<'_>, limits: &Limits) -> Result<(), CodeRefusal> {
    let ty = &table.ty;
    let plain = ty.element_type == RefType::FUNCREF && !ty.table64 && !ty.shared;
    if !plain || !matches!(table.init, TableInit::RefNull) {
        let got = "a table of another type, or with an initial value";
        return Err(CodeRefusal::new(Rule::TableKind, "an ordinary table of functions", got));
    }
    let Some(maximum) = ty.maximum else {
        return Err(CodeRefusal::new(Rule::TableMaximum, "a table with a maximum", "none"));
    };
    let size = maximum.max(ty.initial);
    check_max(Rule::TableSize, "elements of the table", size, limits.table_elements_max)
}

/// The value of `i32.const N; end`; none for anything else.
fn constant(expression: &ConstExpr<'_>) -> Option<u64> {
    let mut operators = expression.get_operators_reader();
    let Ok(Operator::I32Const { value }) = operators.read() else { return None };
    let Ok(Operator::End) = operators.read() else { return None };
    operators.eof().then_some(u64::from(value.cast_unsigned()))
}

/// Checks `(start, length)` against `size`; `None` is a segment of a form that is not taken.
fn within(segment: Option<(u64, u64)>, size: u64) -> Result<(), CodeRefusal> {
    let Some((start, length)) = segment else {
        let expected = "an active segment at a constant offset, of function indices or bytes";
        return Err(CodeRefusal::new(Rule::SegmentForm, expected, "another form"));
    };
    // Both are below 2^33: a 32-bit offset and a length of at most the module.
    if start + length <= size {
        return Ok(());
    }
    let expected = format!("a segment that ends at {size} or before");
    Err(CodeRefusal::new(Rule::SegmentBounds, expected, format!("an end at {}", start + length)))
}
