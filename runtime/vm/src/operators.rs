//! The instructions of the contract target and the static price of each.

use crate::refusal::{CodeRefusal, Rule};
use tenor_primitives::GasSchedule;
use wasmparser::Operator;

/// A price class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Structure: nothing is executed.
    Free,
    /// A constant, a local, integer arithmetic, a comparison, a branch.
    Simple,
    /// Multiplication.
    Multiply,
    /// Division and remainder.
    Divide,
    /// A load, a store, a global.
    Memory,
    /// A direct call.
    Call,
    /// An indirect call.
    CallIndirect,
    /// `memory.grow`; the pages are charged by the helper that replaces the instruction.
    Grow,
    /// `memory.copy` and `memory.fill`; the bytes are charged by the helper.
    Bulk,
}

impl Class {
    /// The price, apart from what is paid per unit.
    pub(crate) const fn price(self, gas: &GasSchedule) -> u64 {
        match self {
            Self::Free => 0,
            Self::Simple => gas.op_simple,
            Self::Multiply => gas.op_multiply,
            Self::Divide => gas.op_divide,
            Self::Memory => gas.op_memory,
            Self::Call | Self::Grow => gas.op_call,
            Self::CallIndirect => gas.op_call_indirect,
            Self::Bulk => gas.memory_bulk.base,
        }
    }
}

/// The class of `operator`, or the refusal of an instruction outside the contract target.
pub(crate) fn classify(operator: &Operator<'_>) -> Result<Class, CodeRefusal> {
    class(operator).ok_or_else(|| {
        let name = format!("{operator:?}");
        let float = name.contains("F32") || name.contains("F64");
        let rule = if float { Rule::Float } else { Rule::Proposal };
        CodeRefusal::new(rule, "an instruction of the contract target", name)
    })
}

fn class(operator: &Operator<'_>) -> Option<Class> {
    use Operator as Op;
    Some(match operator {
        Op::Block { .. } | Op::Loop { .. } | Op::Else | Op::End => Class::Free,
        Op::Nop
        | Op::Unreachable
        | Op::If { .. }
        | Op::Br { .. }
        | Op::BrIf { .. }
        | Op::BrTable { .. }
        | Op::Return
        | Op::Drop
        | Op::Select
        | Op::LocalGet { .. }
        | Op::LocalSet { .. }
        | Op::LocalTee { .. }
        | Op::MemorySize { .. }
        | Op::I32Const { .. }
        | Op::I64Const { .. } => Class::Simple,
        Op::Call { .. } => Class::Call,
        Op::CallIndirect { .. } => Class::CallIndirect,
        Op::GlobalGet { .. } | Op::GlobalSet { .. } => Class::Memory,
        Op::MemoryGrow { .. } => Class::Grow,
        Op::MemoryCopy { .. } | Op::MemoryFill { .. } => Class::Bulk,
        Op::I32Mul | Op::I64Mul => Class::Multiply,
        _ if is_division(operator) => Class::Divide,
        _ if is_memory_access(operator) => Class::Memory,
        _ if is_integer(operator) => Class::Simple,
        _ => return None,
    })
}

/// How many values besides locals and operands `operator` can make a compiler keep.
///
/// An optimiser computes an expression once and keeps it for all the places where it stands, and
/// moves what does not change out of a loop. Such a value takes room in the native frame across
/// calls, though the module's own operand stack never shows it. Constants are made anew, so they
/// take none; an access to memory or table computes an address on the way.
pub(crate) fn computed_values(operator: &Operator<'_>) -> u32 {
    use Operator as Op;
    match operator {
        Op::LocalSet { .. } | Op::LocalTee { .. } | Op::GlobalGet { .. } => 1,
        Op::Select | Op::MemorySize { .. } | Op::I32Mul | Op::I64Mul => 1,
        Op::CallIndirect { .. } => 2,
        _ if is_memory_access(operator) => 2,
        _ if is_division(operator) || is_integer(operator) => 1,
        _ => 0,
    }
}

/// What an instruction lets others see of the function it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    /// Nothing: it computes, or moves on within the function.
    Nothing,
    /// Where it was, if it traps.
    Trap,
    /// What it writes to a global, which stays.
    Write,
    /// What it writes to memory, and where it was, if it traps; or that it takes long: a block that
    /// divides is not run before it is paid.
    Access,
    /// Everything, to what it calls.
    Call,
}

/// What `operator` lets others see. Instructions outside the contract target may trap and write.
pub(crate) fn sight(operator: &Operator<'_>) -> Sight {
    use Operator as Op;
    match operator {
        Op::Call { .. } | Op::CallIndirect { .. } => Sight::Call,
        // Helpers stand for these.
        Op::MemoryGrow { .. } | Op::MemoryCopy { .. } | Op::MemoryFill { .. } => Sight::Call,
        Op::GlobalSet { .. } => Sight::Write,
        Op::Unreachable => Sight::Trap,
        _ if is_load(operator) => Sight::Trap,
        _ if is_memory_access(operator) || is_division(operator) => Sight::Access,
        _ if class(operator).is_none() => Sight::Access,
        _ => Sight::Nothing,
    }
}

const fn is_division(operator: &Operator<'_>) -> bool {
    use Operator as Op;
    matches!(
        operator,
        Op::I32DivS
            | Op::I32DivU
            | Op::I32RemS
            | Op::I32RemU
            | Op::I64DivS
            | Op::I64DivU
            | Op::I64RemS
            | Op::I64RemU
    )
}

const fn is_memory_access(operator: &Operator<'_>) -> bool {
    is_load(operator) || is_store(operator)
}

const fn is_load(operator: &Operator<'_>) -> bool {
    use Operator as Op;
    matches!(
        operator,
        Op::I32Load { .. }
            | Op::I64Load { .. }
            | Op::I32Load8S { .. }
            | Op::I32Load8U { .. }
            | Op::I32Load16S { .. }
            | Op::I32Load16U { .. }
            | Op::I64Load8S { .. }
            | Op::I64Load8U { .. }
            | Op::I64Load16S { .. }
            | Op::I64Load16U { .. }
            | Op::I64Load32S { .. }
            | Op::I64Load32U { .. }
    )
}

const fn is_store(operator: &Operator<'_>) -> bool {
    use Operator as Op;
    matches!(
        operator,
        Op::I32Store { .. }
            | Op::I64Store { .. }
            | Op::I32Store8 { .. }
            | Op::I32Store16 { .. }
            | Op::I64Store8 { .. }
            | Op::I64Store16 { .. }
            | Op::I64Store32 { .. }
    )
}

const fn is_integer(operator: &Operator<'_>) -> bool {
    is_comparison(operator) || is_arithmetic(operator) || is_conversion(operator)
}

const fn is_comparison(operator: &Operator<'_>) -> bool {
    use Operator as Op;
    matches!(
        operator,
        Op::I32Eqz
            | Op::I32Eq
            | Op::I32Ne
            | Op::I32LtS
            | Op::I32LtU
            | Op::I32GtS
            | Op::I32GtU
            | Op::I32LeS
            | Op::I32LeU
            | Op::I32GeS
            | Op::I32GeU
            | Op::I64Eqz
            | Op::I64Eq
            | Op::I64Ne
            | Op::I64LtS
            | Op::I64LtU
            | Op::I64GtS
            | Op::I64GtU
            | Op::I64LeS
            | Op::I64LeU
            | Op::I64GeS
            | Op::I64GeU
    )
}

const fn is_arithmetic(operator: &Operator<'_>) -> bool {
    use Operator as Op;
    matches!(
        operator,
        Op::I32Clz
            | Op::I32Ctz
            | Op::I32Popcnt
            | Op::I32Add
            | Op::I32Sub
            | Op::I32And
            | Op::I32Or
            | Op::I32Xor
            | Op::I32Shl
            | Op::I32ShrS
            | Op::I32ShrU
            | Op::I32Rotl
            | Op::I32Rotr
            | Op::I64Clz
            | Op::I64Ctz
            | Op::I64Popcnt
            | Op::I64Add
            | Op::I64Sub
            | Op::I64And
            | Op::I64Or
            | Op::I64Xor
            | Op::I64Shl
            | Op::I64ShrS
            | Op::I64ShrU
            | Op::I64Rotl
            | Op::I64Rotr
    )
}

const fn is_conversion(operator: &Operator<'_>) -> bool {
    use Operator as Op;
    matches!(
        operator,
        Op::I32WrapI64
            | Op::I64ExtendI32S
            | Op::I64ExtendI32U
            | Op::I32Extend8S
            | Op::I32Extend16S
            | Op::I64Extend8S
            | Op::I64Extend16S
            | Op::I64Extend32S
    )
}
