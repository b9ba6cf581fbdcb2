//! Receipts and events as the API shows them.

use super::{DecimalText, HexBytes, decimal};
use serde::{Deserialize, Serialize};
use tenor_primitives::{
    Address, ContractFailure, Event, HaltCode, Halted, Hash, Height, Receipt, TransactionStatus,
};
use utoipa::ToSchema;

/// A receipt and where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReceiptView {
    /// The transaction.
    pub transaction_hash: Hash,
    /// The block; absent in a dry run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<Height>,
    /// The transaction's place in the block, from 0; absent in a dry run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<u32>,
    /// How the transaction ended.
    pub status: StatusView,
    /// Gas used.
    #[serde(with = "decimal")]
    #[schema(value_type = DecimalText)]
    pub gas_used: u64,
    /// Events, in order, as far as the one who asks may read them.
    pub events: Vec<EventView>,
    /// Events that others may read. A receipt of which something is withheld cannot be hashed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub events_withheld: u32,
    /// One output per message; empty where it is withheld.
    pub outputs: Vec<HexBytes>,
    /// The messages, from 0, whose outputs others may read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outputs_withheld: Vec<u16>,
}

/// How a transaction ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum StatusView {
    /// All messages took effect.
    Success,
    /// A contract or the ledger refused; nothing took effect.
    Reverted {
        /// The message that failed, from 0.
        message: u16,
        /// Who refused; `system` for the ledger itself.
        contract: Address,
        /// The error's code in the contract's spec.
        code: u32,
        /// The error's fields, borsh; empty where they are withheld.
        details: HexBytes,
        /// Whether others may read the fields.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        details_withheld: bool,
    },
    /// Execution was stopped; nothing took effect.
    Halted {
        /// The message that was stopped, from 0.
        message: u16,
        /// The instance that was running.
        contract: Address,
        /// Why, as a number.
        code: u8,
        /// Why, as a name.
        name: String,
    },
}

/// An event of a receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EventView {
    /// Who emitted it; `system` for the ledger itself.
    pub emitter: Address,
    /// Its name in the emitter's spec.
    pub name: String,
    /// Values to filter by, borsh.
    pub topics: Vec<HexBytes>,
    /// Its fields, borsh.
    pub data: HexBytes,
}

/// Why a view is not turned back into the receipt that it shows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PartialReceipt {
    /// A later version's.
    #[error("halt code {0} is unknown; use a client of the node's version")]
    UnknownHaltCode(u8),
    /// What is left would have another hash.
    #[error("the node withheld parts of the receipt; ask as an account that may read all of it")]
    Withheld,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // as serde asks
fn is_zero(count: &u32) -> bool {
    *count == 0
}

impl ReceiptView {
    /// Shows a receipt; `position` is its block and its place there.
    pub fn new(receipt: &Receipt, position: Option<(Height, u32)>) -> Self {
        Self {
            transaction_hash: receipt.transaction_hash,
            height: position.map(|(height, _)| height),
            index: position.map(|(_, index)| index),
            status: StatusView::from(&receipt.status),
            gas_used: receipt.gas_used,
            events: receipt.events.iter().map(EventView::from).collect(),
            events_withheld: 0,
            outputs: receipt.outputs.iter().map(|output| output.as_slice().into()).collect(),
            outputs_withheld: Vec::new(),
        }
    }

    /// Whether the transaction took effect.
    pub fn is_success(&self) -> bool {
        self.status == StatusView::Success
    }

    /// The output of a message, if there is one and it is not withheld.
    pub fn output(&self, message: u16) -> Option<&[u8]> {
        let output = self.outputs.get(usize::from(message))?;
        (!self.outputs_withheld.contains(&message)).then_some(output.0.as_slice())
    }

    /// The receipt as the ledger holds it, so that it can be hashed and proved, if nothing is
    /// withheld.
    pub fn to_receipt(&self) -> Result<Receipt, PartialReceipt> {
        let details_withheld =
            matches!(self.status, StatusView::Reverted { details_withheld: true, .. });
        if details_withheld || self.events_withheld > 0 || !self.outputs_withheld.is_empty() {
            return Err(PartialReceipt::Withheld);
        }
        Ok(Receipt {
            transaction_hash: self.transaction_hash,
            status: self.status.to_status()?,
            gas_used: self.gas_used,
            events: self.events.iter().map(Event::from).collect(),
            outputs: self.outputs.iter().map(|output| output.0.clone()).collect(),
        })
    }
}

impl From<&TransactionStatus> for StatusView {
    fn from(status: &TransactionStatus) -> Self {
        match status {
            TransactionStatus::Success => Self::Success,
            TransactionStatus::Reverted { message, failure } => Self::Reverted {
                message: *message,
                contract: failure.contract,
                code: failure.code,
                details: failure.details.as_slice().into(),
                details_withheld: false,
            },
            TransactionStatus::Halted { message, halt } => Self::Halted {
                message: *message,
                contract: halt.contract,
                code: halt.code as u8,
                name: format!("{:?}", halt.code),
            },
        }
    }
}

impl StatusView {
    fn to_status(&self) -> Result<TransactionStatus, PartialReceipt> {
        Ok(match self {
            Self::Success => TransactionStatus::Success,
            Self::Reverted { message, contract, code, details, .. } => {
                TransactionStatus::Reverted {
                    message: *message,
                    failure: ContractFailure {
                        contract: *contract,
                        code: *code,
                        details: details.0.clone(),
                    },
                }
            }
            Self::Halted { message, contract, code, .. } => {
                let known: Result<HaltCode, _> = borsh::from_slice(&[*code]);
                let code = known.map_err(|_| PartialReceipt::UnknownHaltCode(*code))?;
                let halt = Halted { contract: *contract, code };
                TransactionStatus::Halted { message: *message, halt }
            }
        })
    }
}

impl From<&Event> for EventView {
    fn from(event: &Event) -> Self {
        Self {
            emitter: event.emitter,
            name: event.name.clone(),
            topics: event.topics.iter().map(|topic| topic.as_slice().into()).collect(),
            data: event.data.as_slice().into(),
        }
    }
}

impl From<&EventView> for Event {
    fn from(view: &EventView) -> Self {
        Self {
            emitter: view.emitter,
            name: view.name.clone(),
            topics: view.topics.iter().map(|topic| topic.0.clone()).collect(),
            data: view.data.0.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt(status: TransactionStatus) -> Receipt {
        let event = Event {
            emitter: Address::SYSTEM,
            name: "account_created".into(),
            topics: vec![vec![1, 2]],
            data: vec![3],
        };
        Receipt {
            transaction_hash: Hash([7; 32]),
            status,
            gas_used: 1 << 60,
            events: vec![event],
            outputs: vec![vec![], vec![9]],
        }
    }

    #[test]
    fn a_receipt_comes_back_from_its_json() {
        let contract = Address([5; 32]);
        let failure = ContractFailure { contract, code: 3, details: vec![1] };
        let halt = Halted { contract, code: HaltCode::Reentered };
        for status in [
            TransactionStatus::Success,
            TransactionStatus::Reverted { message: 1, failure },
            TransactionStatus::Halted { message: 2, halt },
        ] {
            let receipt = receipt(status);
            let view = ReceiptView::new(&receipt, Some((4, 1)));
            let json = serde_json::to_string(&view).expect("encodes");
            let read: ReceiptView = serde_json::from_str(&json).expect("decodes");
            let withheld = Err(PartialReceipt::Withheld);
            let partial = ReceiptView { events_withheld: 1, ..read.clone() };
            assert_eq!(partial.to_receipt(), withheld);
            let partial = ReceiptView { outputs_withheld: vec![0], ..read.clone() };
            assert_eq!(partial.to_receipt(), withheld);
            assert_eq!(read.to_receipt(), Ok(receipt));
            assert_eq!((read.height, read.index), (Some(4), Some(1)));
        }
    }

    #[test]
    fn halt_codes_of_another_version_are_named() {
        let halt = Halted { contract: Address::SYSTEM, code: HaltCode::OutOfGas };
        let mut view =
            ReceiptView::new(&receipt(TransactionStatus::Halted { message: 0, halt }), None);
        let StatusView::Halted { code, .. } = &mut view.status else { unreachable!() };
        *code = 200;
        assert_eq!(view.to_receipt(), Err(PartialReceipt::UnknownHaltCode(200)));
    }
}
