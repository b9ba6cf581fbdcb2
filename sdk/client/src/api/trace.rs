//! What a transaction did, step by step, as a node or a test found out by executing it again.

use super::{DecimalText, HexBytes, ReceiptView, decimal};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tenor_primitives::{Address, Hash};
use utoipa::ToSchema;

/// A transaction's execution. What a contract's spec describes is decoded beside its bytes; where no
/// spec does, the decoded form is `null`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TraceView {
    /// The receipt that it led to, with its place.
    pub receipt: ReceiptView,
    /// The refusal in words, if it was refused.
    pub refusal: Option<RefusalView>,
    /// Gas for its bytes and signatures.
    #[serde(with = "decimal")]
    #[schema(value_type = DecimalText)]
    pub intrinsic_gas: u64,
    /// Its messages, up to the one that failed.
    pub messages: Vec<MessageTraceView>,
    /// Its events, in order.
    pub events: Vec<EventTraceView>,
    /// What it changed, by key.
    pub changes: Vec<ChangeView>,
    /// Uses of host functions that are not listed, because there were too many.
    #[serde(with = "decimal")]
    #[schema(value_type = DecimalText)]
    pub steps_omitted: u64,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MessageTraceView {
    /// Gas it used.
    #[serde(with = "decimal")]
    #[schema(value_type = DecimalText)]
    pub gas_used: u64,
    /// The call it made; `null` for a message that only the ledger reads.
    pub call: Option<CallView>,
}

/// One contract call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CallView {
    /// The contract.
    pub contract: Address,
    /// Its name in its spec.
    pub name: Option<String>,
    /// The code that ran; `null` if the contract could not be entered.
    pub code_hash: Option<Hash>,
    /// Who called.
    pub caller: Address,
    /// `instantiate`, `execute`, `query` or `migrate`.
    pub entry: String,
    /// The function, of `execute` and `query`.
    pub function: Option<String>,
    /// Its arguments.
    pub arguments: Option<Value>,
    /// The input's bytes.
    pub payload: HexBytes,
    /// Gas it was given.
    #[serde(with = "decimal")]
    #[schema(value_type = DecimalText)]
    pub gas_limit: u64,
    /// Gas it used, with what it called.
    #[serde(with = "decimal")]
    #[schema(value_type = DecimalText)]
    pub gas_used: u64,
    /// Gas of its own.
    pub own_gas: GasView,
    /// What it asked of the host, and whom it called, in order.
    pub steps: Vec<StepView>,
    /// How it ended.
    pub end: EndView,
    /// Where it was stopped, innermost first.
    pub places: Vec<PlaceView>,
}

/// Gas by what it was paid for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs)] // the classes are those of docs/vm.md
pub struct GasView {
    #[serde(with = "decimal")]
    #[schema(value_type = DecimalText)]
    pub instructions: u64,
    #[serde(with = "decimal")]
    #[schema(value_type = DecimalText)]
    pub storage: u64,
    #[serde(with = "decimal")]
    #[schema(value_type = DecimalText)]
    pub events: u64,
    #[serde(with = "decimal")]
    #[schema(value_type = DecimalText)]
    pub hashing: u64,
    #[serde(with = "decimal")]
    #[schema(value_type = DecimalText)]
    pub calls: u64,
    #[serde(with = "decimal")]
    #[schema(value_type = DecimalText)]
    pub data: u64,
}

impl GasView {
    /// The classes with their names, in the order in which they are shown.
    pub fn classes(&self) -> [(&'static str, u64); 6] {
        let Self { instructions, storage, events, hashing, calls, data } = *self;
        [
            ("instructions", instructions),
            ("storage", storage),
            ("events", events),
            ("hashing", hashing),
            ("calls", calls),
            ("data", data),
        ]
    }
}

/// One step of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum StepView {
    /// A host function was used.
    Host(HostView),
    /// Another contract was called.
    #[schema(no_recursion)]
    Call(Box<CallView>),
}

/// One use of a host function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HostView {
    /// Its import name.
    pub function: String,
    /// The storage namespace.
    pub namespace: Option<u32>,
    /// What the contract's spec calls that namespace.
    pub storage: Option<String>,
    /// The storage key, or the first of a scan.
    pub key: Option<HexBytes>,
    /// The key decoded.
    pub key_value: Option<Value>,
    /// The event's name, or the panic's text.
    pub text: Option<String>,
    /// Bytes the contract gave.
    pub given_bytes: u64,
    /// Bytes it got; `null` if it got none.
    pub got_bytes: Option<u64>,
    /// Gas it took.
    #[serde(with = "decimal")]
    #[schema(value_type = DecimalText)]
    pub gas: u64,
    /// The name of the halt that stopped the contract here, or `Failed`.
    pub stopped: Option<String>,
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EndView {
    /// It returned.
    Returned {
        /// The output's bytes.
        output: HexBytes,
        /// The output.
        value: Option<Value>,
    },
    /// It refused.
    Failed(RefusalView),
    /// It was stopped.
    Halted {
        /// Why.
        name: String,
    },
}

/// A refusal by the refusing contract's spec; the ledger's own has no spec, and says all in its meaning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RefusalView {
    /// Who refused; `system` for the ledger itself.
    pub contract: Address,
    /// The error's code.
    pub code: u32,
    /// Its name in the contract's spec, such as `Insufficient`; none of the ledger's own.
    pub name: Option<String>,
    /// What it means, in a sentence: of a contract's as its spec has it, without the fields; of the
    /// ledger's own with all that it says.
    pub meaning: Option<String>,
    /// Its fields, by their names in the contract's spec.
    pub fields: Option<Value>,
    /// Its fields' bytes.
    pub details: HexBytes,
}

/// A place in a contract's code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlaceView {
    /// The function, by index, imported ones counted.
    pub function: u32,
    /// Its name, from the module or from its debug file.
    pub name: Option<String>,
    /// Offset of the instruction in the module as it was uploaded.
    pub offset: Option<u32>,
    /// Lines of the source, the innermost inlined function first; known only where the contract's
    /// debug file is.
    #[serde(default)]
    pub source: Vec<SourceView>,
}

/// A line of the source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[allow(missing_docs)]
pub struct SourceView {
    pub function: Option<String>,
    pub file: Option<String>,
    pub line: Option<u32>,
    pub column: Option<u32>,
}

/// An event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EventTraceView {
    /// Who emitted it.
    pub emitter: Address,
    /// Its name.
    pub name: String,
    /// Its fields.
    pub fields: Option<Value>,
    /// Its fields' bytes.
    pub data: HexBytes,
}

/// A value that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChangeView {
    /// Whose.
    pub contract: Address,
    /// The namespace.
    pub namespace: u16,
    /// What the contract's spec, or the ledger, calls it.
    pub storage: Option<String>,
    /// The key.
    pub key: HexBytes,
    /// The key decoded.
    pub key_value: Option<Value>,
    /// Before; `null` if there was none.
    pub before: Option<ValueView>,
    /// After; `null` if there is none.
    pub after: Option<ValueView>,
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ValueView {
    /// Its length in bytes.
    pub bytes: u64,
    /// Its bytes, up to the first 4096.
    pub raw: HexBytes,
    /// The value decoded.
    pub value: Option<Value>,
}

impl CallView {
    /// This call and all below it, outermost first, each with its depth from 0.
    pub fn walk(&self) -> Vec<(usize, &Self)> {
        let mut all = vec![(0, self)];
        for step in &self.steps {
            if let StepView::Call(call) = step {
                all.extend(call.walk().into_iter().map(|(depth, call)| (depth + 1, call)));
            }
        }
        all
    }
}

impl TraceView {
    /// Every place in every call, with the hash of the code it lies in: for filling in names and
    /// lines from debug files.
    pub fn places_mut(&mut self) -> Vec<(Hash, &mut PlaceView)> {
        let mut places = Vec::new();
        for message in &mut self.messages {
            if let Some(call) = &mut message.call {
                call.places_mut(&mut places);
            }
        }
        places
    }
}

impl CallView {
    fn places_mut<'a>(&'a mut self, all: &mut Vec<(Hash, &'a mut PlaceView)>) {
        if let Some(code_hash) = self.code_hash {
            all.extend(self.places.iter_mut().map(|place| (code_hash, place)));
        }
        for step in &mut self.steps {
            if let StepView::Call(call) = step {
                call.places_mut(all);
            }
        }
    }
}
