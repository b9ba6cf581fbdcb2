//! Function bodies: sizes, locals, blocks, nesting, branch tables. Operators are decoded, not
//! type-checked.

use super::{
    loop_work::LoopWork,
    survey::malformed,
    types::{Types, integer},
};
use crate::operators::classify;
use crate::refusal::{CodeRefusal, Rule, check_max};
use tenor_primitives::Limits;
use wasmparser::{BlockType, FunctionBody, Operator};

/// Totals over the bodies so far.
#[derive(Default)]
pub(super) struct BodyTotals {
    bodies: u32,
    locals: u64,
    blocks: u64,
    loop_work: u64,
}

impl BodyTotals {
    /// Checks the next body.
    pub(super) fn read_body(
        &mut self,
        body: &FunctionBody<'_>,
        types: &Types,
        limits: &Limits,
    ) -> Result<(), CodeRefusal> {
        let index = types.imported().saturating_add(self.bodies);
        self.bodies += 1;
        let start = body.range().start;
        let locals = self
            .read_locals(body, index, types, limits)
            .map_err(|refusal| refusal.in_function(index).at(start))?;
        let work = LoopWork::of(locals, limits);
        self.read_blocks(body, work, limits).map_err(|refusal| refusal.in_function(index))
    }

    fn read_locals(
        &mut self,
        body: &FunctionBody<'_>,
        index: u32,
        types: &Types,
        limits: &Limits,
    ) -> Result<u64, CodeRefusal> {
        let size = body.range().len() as u64;
        check_max(Rule::BodySize, "bytes of a body", size, limits.body_bytes_max)?;
        let mut locals = types.function(index)?.params().len() as u64;
        for group in body.get_locals_reader().map_err(malformed)? {
            let (count, ty) = group.map_err(malformed)?;
            integer(ty)?;
            // At most 2^17 groups of 2^32: no overflow.
            locals += u64::from(count);
        }
        check_max(Rule::LocalCount, "locals of a function", locals, limits.locals_max)?;
        self.locals += locals;
        let max = limits.locals_total_max;
        check_max(Rule::LocalTotal, "locals of all functions", self.locals, max)?;
        Ok(locals)
    }

    fn read_blocks(
        &mut self,
        body: &FunctionBody<'_>,
        mut work: LoopWork,
        limits: &Limits,
    ) -> Result<(), CodeRefusal> {
        let mut blocks = 0;
        let mut nesting: u64 = 0;
        for item in body.get_operators_reader().map_err(malformed)?.into_iter_with_offsets() {
            let (operator, offset) = item.map_err(malformed)?;
            classify(&operator).map_err(|refusal| refusal.at(offset))?;
            work.operator(&operator).map_err(|refusal| refusal.at(offset))?;
            match operator {
                Operator::Block { blockty }
                | Operator::Loop { blockty }
                | Operator::If { blockty } => {
                    blocks += 1;
                    nesting += 1;
                    check_block_type(blockty).map_err(|refusal| refusal.at(offset))?;
                }
                Operator::End => nesting = nesting.saturating_sub(1),
                Operator::BrTable { targets } => check_max(
                    Rule::BranchTable,
                    "targets of a br_table",
                    u64::from(targets.len()),
                    limits.br_table_max,
                )
                .map_err(|refusal| refusal.at(offset))?,
                _ => continue,
            }
            check_max(Rule::Nesting, "levels of blocks", nesting, limits.nesting_max)
                .and_then(|()| {
                    check_max(Rule::BlockCount, "blocks of a function", blocks, limits.blocks_max)
                })
                .map_err(|refusal| refusal.at(offset))?;
        }
        self.blocks += blocks;
        self.loop_work += work.sum();
        let max = limits.loop_work_total_max;
        check_max(Rule::LoopWorkTotal, "loop work of all functions", self.loop_work, max)?;
        check_max(Rule::BlockTotal, "blocks of all functions", self.blocks, limits.blocks_total_max)
    }
}

fn check_block_type(ty: BlockType) -> Result<(), CodeRefusal> {
    match ty {
        BlockType::Empty => Ok(()),
        BlockType::Type(ty) => integer(ty),
        BlockType::FuncType(_) => {
            let expected = "a block without parameters and with at most one result";
            Err(CodeRefusal::new(Rule::MultiValue, expected, "a block of a function type"))
        }
    }
}
