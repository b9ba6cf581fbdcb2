//! Arguments and results, as bits that can be compared.

use wasmtime::{HeapType, Val};
use wast::core::{AbstractHeapType, NanPattern, WastArgCore, WastRetCore};
use wast::{WastArg, WastRet};

/// A value of a type that some set of rules takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// A 32-bit integer.
    I32(i32),
    /// A 64-bit integer.
    I64(i64),
    /// The bits of a 32-bit float.
    F32(u32),
    /// The bits of a 64-bit float.
    F64(u64),
    /// A reference to a function, or to none.
    Function {
        /// Whether it is none.
        null: bool,
    },
}

impl Value {
    /// The engine's value as bits; `None` for a type that is not taken.
    pub fn of(value: &Val) -> Option<Self> {
        Some(match value {
            Val::I32(value) => Self::I32(*value),
            Val::I64(value) => Self::I64(*value),
            Val::F32(bits) => Self::F32(*bits),
            Val::F64(bits) => Self::F64(*bits),
            Val::FuncRef(function) => Self::Function { null: function.is_none() },
            _ => return None,
        })
    }

    /// The value as the engine takes it; references are to nothing.
    pub fn to_engine(self) -> Val {
        match self {
            Self::I32(value) => Val::I32(value),
            Self::I64(value) => Val::I64(value),
            Self::F32(bits) => Val::F32(bits),
            Self::F64(bits) => Val::F64(bits),
            Self::Function { .. } => Val::null_ref(&HeapType::Func),
        }
    }

    /// An argument of a script; `None` if its type is not taken.
    pub fn argument(argument: &WastArg<'_>) -> Option<Self> {
        let WastArg::Core(argument) = argument else { return None };
        Some(match argument {
            WastArgCore::I32(value) => Self::I32(*value),
            WastArgCore::I64(value) => Self::I64(*value),
            WastArgCore::F32(float) => Self::F32(float.bits),
            WastArgCore::F64(float) => Self::F64(float.bits),
            WastArgCore::RefNull(wast::core::HeapType::Abstract {
                ty: AbstractHeapType::Func,
                ..
            }) => Self::Function { null: true },
            _ => return None,
        })
    }
}

/// Whether `got` is what the script expects; `None` if the expected type is not taken.
pub fn agrees(got: Value, expected: &WastRet<'_>) -> Option<bool> {
    let WastRet::Core(expected) = expected else { return None };
    agrees_core(got, expected)
}

fn agrees_core(got: Value, expected: &WastRetCore<'_>) -> Option<bool> {
    use WastRetCore as Ret;
    Some(match (expected, got) {
        (Ret::I32(expected), got) => got == Value::I32(*expected),
        (Ret::I64(expected), got) => got == Value::I64(*expected),
        (Ret::F32(NanPattern::Value(float)), got) => got == Value::F32(float.bits),
        (Ret::F64(NanPattern::Value(float)), got) => got == Value::F64(float.bits),
        (Ret::F32(NanPattern::CanonicalNan), Value::F32(bits)) => bits << 1 == 0x7fc0_0000 << 1,
        (Ret::F64(NanPattern::CanonicalNan), Value::F64(bits)) => {
            bits << 1 == 0x7ff8_0000_0000_0000 << 1
        }
        (Ret::F32(NanPattern::ArithmeticNan), Value::F32(bits)) => {
            bits & 0x7fc0_0000 == 0x7fc0_0000
        }
        (Ret::F64(NanPattern::ArithmeticNan), Value::F64(bits)) => {
            bits & 0x7ff8_0000_0000_0000 == 0x7ff8_0000_0000_0000
        }
        (Ret::RefNull(_), got) => got == Value::Function { null: true },
        (Ret::RefFunc(_), got) => got == Value::Function { null: false },
        (Ret::Either(cases), got) => cases.iter().any(|case| agrees_core(got, case) == Some(true)),
        (Ret::F32(_) | Ret::F64(_), _) => false,
        _ => return None,
    })
}
