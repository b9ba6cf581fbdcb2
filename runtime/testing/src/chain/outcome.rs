//! What a transaction did, for a test to look at.

use crate::engine::{Attempt, Explain};
use borsh::BorshDeserialize;
use std::fmt;
use tenor_abi::ContractError;
use tenor_executor::SystemError;
use tenor_primitives::{ContractFailure, Halted, Receipt, TransactionStatus};

/// A receipt, and what a test may want to know beside it.
#[derive(Clone)]
pub struct Outcome {
    /// The receipt.
    pub receipt: Receipt,
    /// The panic's text, if a contract panicked.
    pub panic_text: Option<String>,
    /// How to say what a failed transaction did, on engines that can.
    pub(super) failed: Option<(Explain, Box<Attempt>)>,
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Outcome");
        shown.field("receipt", &self.receipt).field("panic_text", &self.panic_text);
        shown.finish_non_exhaustive()
    }
}

/// Why something did not take effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A contract or the ledger refused.
    Contract(ContractFailure),
    /// Execution was stopped.
    Halted(Halted),
}

impl Refusal {
    /// The contract's typed error; `None` if the refusal is something else.
    pub fn error<E: ContractError>(&self) -> Option<E> {
        match self {
            Self::Contract(failure) => E::from_parts(failure.code, &failure.details),
            Self::Halted(_) => None,
        }
    }

    /// The ledger's own refusal; `None` if it is something else.
    pub fn system(&self) -> Option<SystemError> {
        match self {
            Self::Contract(failure) => SystemError::from_failure(failure),
            Self::Halted(_) => None,
        }
    }
}

impl Outcome {
    /// Success, or the refusal.
    pub fn result(&self) -> Result<(), Refusal> {
        match &self.receipt.status {
            TransactionStatus::Success => Ok(()),
            TransactionStatus::Reverted { failure, .. } => Err(Refusal::Contract(failure.clone())),
            TransactionStatus::Halted { halt, .. } => Err(Refusal::Halted(halt.clone())),
        }
    }

    /// The last message's output.
    ///
    /// # Panics
    /// If the transaction failed (says how) or the output is of another type.
    #[track_caller]
    pub fn output<T: BorshDeserialize>(&self) -> T {
        self.succeeded();
        let output = self.receipt.outputs.last().expect("a message");
        borsh::from_slice(output).expect("an output of its type")
    }

    /// The outcome itself.
    ///
    /// # Panics
    /// If the transaction failed; says how.
    #[track_caller]
    pub fn succeeded(&self) -> &Self {
        assert!(self.receipt.is_success(), "{:?} {}", self.receipt.status, self.story());
        self
    }

    /// The contract's typed error.
    ///
    /// # Panics
    /// If the transaction succeeded or failed otherwise.
    #[track_caller]
    pub fn error<E: ContractError>(&self) -> E {
        let refusal = self.result().expect_err("expected a refusal");
        refusal.error().unwrap_or_else(|| {
            panic!("expected a typed error, got {refusal:?} {}", self.story());
        })
    }

    /// What went on: the panic's text, and the trace where the engine gives one.
    fn story(&self) -> String {
        let text = self.panic_text.clone().unwrap_or_default();
        match &self.failed {
            Some((explain, attempt)) => format!("{text}\n{}", explain(attempt)),
            None => text,
        }
    }

    /// Events of that name, decoded.
    pub fn events<T: BorshDeserialize>(&self, name: &str) -> Vec<T> {
        let named = self.receipt.events.iter().filter(|event| event.name == name);
        named.map(|event| borsh::from_slice(&event.data).expect("event data")).collect()
    }
}
