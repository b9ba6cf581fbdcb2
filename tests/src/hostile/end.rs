//! How a case ends.

use std::fmt;
use tenor_executor::{InvalidTransaction, SystemError};
use tenor_primitives::{Address, HaltCode, Receipt, TransactionStatus};
use tenor_vm::Rule;

/// The end of a hostile case, with its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It is taken, or takes effect, and does no harm.
    Harmless,
    /// Code is refused by this rule.
    Refused(Rule),
    /// Never in a block: the name of the reason.
    Invalid(String),
    /// The ledger refuses: the name of the error.
    System(String),
    /// A contract refuses with this code.
    Reverted(u32),
    /// Execution is stopped.
    Halted(HaltCode),
}

impl End {
    /// How a transaction in a block ended.
    pub fn of(receipt: &Receipt) -> Self {
        match &receipt.status {
            TransactionStatus::Success => Self::Harmless,
            TransactionStatus::Halted { halt, .. } => Self::Halted(halt.code),
            TransactionStatus::Reverted { failure, .. } => {
                match SystemError::from_failure(failure) {
                    Some(error) if failure.contract == Address::SYSTEM => {
                        Self::System(name_of(&error))
                    }
                    _ => Self::Reverted(failure.code),
                }
            }
        }
    }

    /// Why a transaction did not get into a block.
    pub fn invalid(error: &InvalidTransaction) -> Self {
        Self::Invalid(name_of(error))
    }
}

/// The name of an enum's variant.
fn name_of(value: &impl fmt::Debug) -> String {
    let text = format!("{value:?}");
    text.split([' ', '{', '(']).next().unwrap_or_default().to_owned()
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Harmless => f.write_str("harmless"),
            Self::Refused(rule) => write!(f, "rule {} `{rule:?}`", rule.code()),
            Self::Invalid(name) => write!(f, "invalid `{name}`"),
            Self::System(name) => write!(f, "reverted `{name}`"),
            Self::Reverted(code) if *code > 0xffff => write!(f, "reverted `{code:#010x}`"),
            Self::Reverted(code) => write!(f, "reverted {code}"),
            Self::Halted(code) => write!(f, "halted {} `{code:?}`", *code as u8),
        }
    }
}
