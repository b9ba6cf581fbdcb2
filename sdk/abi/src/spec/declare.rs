//! A spec as a contract declares it.

use tenor_primitives::schema::{FieldSchema, TypeSchema};

/// Who may read a query's answer or an event: a set of flags. Reads are filtered by the node's
/// service; validators see everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Readers(pub u8);

impl Readers {
    /// Anyone with a session.
    pub const PUBLIC: Self = Self(1);
    /// The accounts named in the arguments or in the event.
    pub const PARTIES: Self = Self(2);
    /// The issuer: the account that created the instance.
    pub const ISSUER: Self = Self(4);
    /// Regulators.
    pub const REGULATOR: Self = Self(8);
    /// Operators.
    pub const OPERATOR: Self = Self(16);

    /// This set and `other` together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether every flag of `other` is in this set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// A message enum that describes its variants as functions; `#[derive(Functions)]` writes it.
pub trait Functions {
    /// One function per variant, in order of tags.
    const FUNCTIONS: &'static [FunctionSchema];
}

/// An event type; `#[derive(Event)]` writes it.
pub trait EventType {
    /// Its description.
    const EVENT: EventSchema;
}

/// An error enum with numeric codes; `#[derive(ContractError)]` writes it.
pub trait ErrorType {
    /// One error per variant.
    const ERRORS: &'static [ErrorSchema];
}

/// One function: a variant of a message enum.
#[derive(Clone, Copy, Debug)]
pub struct FunctionSchema {
    /// Its name, snake case.
    pub name: &'static str,
    /// The first line of its documentation.
    pub doc: &'static str,
    /// Its arguments: the variant's fields.
    pub input: &'static [FieldSchema],
    /// What it returns.
    pub output: TypeSchema,
    /// Who may read its answer (queries).
    pub readers: Readers,
}

/// One event.
#[derive(Clone, Copy, Debug)]
pub struct EventSchema {
    /// Its name.
    pub name: &'static str,
    /// The first line of its documentation.
    pub doc: &'static str,
    /// Its fields; all of them are in the event's data.
    pub fields: &'static [FieldSchema],
    /// The names of the fields that are also topics, in order.
    pub topics: &'static [&'static str],
    /// Who may read it.
    pub readers: Readers,
}

/// One error.
#[derive(Clone, Copy, Debug)]
pub struct ErrorSchema {
    /// Its stable code, from 1.
    pub code: u32,
    /// Its name.
    pub name: &'static str,
    /// What it means and what to do, one line.
    pub doc: &'static str,
    /// Its fields, borsh in the failure's details.
    pub fields: &'static [FieldSchema],
}

/// One namespace of a contract's storage.
#[derive(Clone, Copy, Debug)]
pub struct StorageSchema {
    /// The namespace.
    pub namespace: u16,
    /// Its name.
    pub name: &'static str,
    /// `item`, `map`, `set`, `indexed_map`, `snapshot_map` or `sequence`.
    pub kind: &'static str,
    /// The key's type; unit for an item.
    pub key: TypeSchema,
    /// The value's type; unit for a set.
    pub value: TypeSchema,
}

/// All of a contract.
#[derive(Clone, Copy, Debug)]
pub struct ContractSchema {
    /// The contract's name.
    pub name: &'static str,
    /// Its version, as its package says.
    pub version: &'static str,
    /// The input of `instantiate`.
    pub instantiate: TypeSchema,
    /// The input of `migrate`; unit if there is none.
    pub migrate: TypeSchema,
    /// The functions of `execute`.
    pub execute: &'static [FunctionSchema],
    /// The functions of `query`.
    pub query: &'static [FunctionSchema],
    /// Its events.
    pub events: &'static [EventSchema],
    /// Its errors.
    pub errors: &'static [ErrorSchema],
    /// Its storage.
    pub storage: &'static [StorageSchema],
}
