//! A spec as a client reads it.

use super::declare::Readers;
use alloc::{boxed::Box, string::String, vec::Vec};

/// How a value is encoded; see [`tenor_primitives::schema::TypeSchema`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum TypeSpec {
    Unit,
    Bool,
    Unsigned(u8),
    Signed(u8),
    Text,
    Bytes(u32),
    Option(Box<TypeSpec>),
    List(Box<TypeSpec>),
    Map(Box<TypeSpec>, Box<TypeSpec>),
    Tuple(Vec<TypeSpec>),
    Named(String, Box<TypeSpec>),
    Struct(StructSpec),
    Enum(EnumSpec),
}

/// A struct.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct StructSpec {
    pub name: String,
    pub fields: Vec<FieldSpec>,
}

/// A field.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct FieldSpec {
    pub name: String,
    pub doc: String,
    pub ty: TypeSpec,
}

/// An enum.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct EnumSpec {
    pub name: String,
    pub variants: Vec<VariantSpec>,
}

/// A variant of an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct VariantSpec {
    pub name: String,
    pub doc: String,
    pub fields: Vec<FieldSpec>,
}

/// A function; its tag is its position in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct FunctionSpec {
    pub name: String,
    pub doc: String,
    pub input: Vec<FieldSpec>,
    pub output: TypeSpec,
    pub readers: Readers,
}

/// An event.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct EventSpec {
    pub name: String,
    pub doc: String,
    pub fields: Vec<FieldSpec>,
    pub topics: Vec<String>,
    pub readers: Readers,
}

/// An error.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct ErrorSpec {
    pub code: u32,
    pub name: String,
    pub doc: String,
    pub fields: Vec<FieldSpec>,
}

/// A namespace of the contract's storage.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct StorageSpec {
    pub namespace: u16,
    pub name: String,
    pub kind: String,
    pub key: TypeSpec,
    pub value: TypeSpec,
}

/// All of a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct ContractSpec {
    pub name: String,
    pub version: String,
    pub instantiate: TypeSpec,
    pub migrate: TypeSpec,
    pub execute: Vec<FunctionSpec>,
    pub query: Vec<FunctionSpec>,
    pub events: Vec<EventSpec>,
    pub errors: Vec<ErrorSpec>,
    pub storage: Vec<StorageSpec>,
}

impl ContractSpec {
    /// The error with that code.
    pub fn error(&self, code: u32) -> Option<&ErrorSpec> {
        self.errors.iter().find(|error| error.code == code)
    }

    /// The event with that name.
    pub fn event(&self, name: &str) -> Option<&EventSpec> {
        self.events.iter().find(|event| event.name == name)
    }
}
