//! Encoding of a declared spec by the compiler. Everything here is `const fn`: a contract's section
//! is a constant, and no code for it remains in the module.

use super::VERSION;
use super::declare::{ContractSchema, ErrorSchema, EventSchema, FunctionSchema, StorageSchema};
use tenor_primitives::schema::{FieldSchema, TypeSchema, VariantSchema};

/// Where bytes go: counts them, and writes them while they fit.
struct Sink<const N: usize> {
    bytes: [u8; N],
    len: usize,
}

/// Writes each element of a slice with a 32-bit count before it.
macro_rules! list {
    ($sink:ident, $items:expr, $write:ident) => {{
        let items = $items;
        let mut sink = $sink.u32(items.len() as u32);
        let mut i = 0;
        while i < items.len() {
            sink = sink.$write(&items[i]);
            i += 1;
        }
        sink
    }};
}

#[allow(clippy::cast_possible_truncation)] // counts and names of a spec are far below 4 GiB
impl<const N: usize> Sink<N> {
    const fn u8(mut self, byte: u8) -> Self {
        if self.len < N {
            self.bytes[self.len] = byte;
        }
        self.len += 1;
        self
    }

    const fn raw(mut self, bytes: &[u8]) -> Self {
        let mut i = 0;
        while i < bytes.len() {
            self = self.u8(bytes[i]);
            i += 1;
        }
        self
    }

    const fn u16(self, value: u16) -> Self {
        self.raw(&value.to_le_bytes())
    }

    const fn u32(self, value: u32) -> Self {
        self.raw(&value.to_le_bytes())
    }

    const fn text(self, text: &str) -> Self {
        self.u32(text.len() as u32).raw(text.as_bytes())
    }

    const fn name(self, name: &&str) -> Self {
        self.text(name)
    }

    const fn ty(self, schema: &TypeSchema) -> Self {
        match schema {
            TypeSchema::Unit => self.u8(0),
            TypeSchema::Bool => self.u8(1),
            TypeSchema::Unsigned(bits) => self.u8(2).u8(*bits),
            TypeSchema::Signed(bits) => self.u8(3).u8(*bits),
            TypeSchema::Text => self.u8(4),
            TypeSchema::Bytes(count) => self.u8(5).u32(*count),
            TypeSchema::Option(inner) => self.u8(6).ty(inner),
            TypeSchema::List(inner) => self.u8(7).ty(inner),
            TypeSchema::Map(key, value) => self.u8(8).ty(key).ty(value),
            TypeSchema::Tuple(items) => {
                let sink = self.u8(9);
                list!(sink, *items, ty)
            }
            TypeSchema::Named(name, inner) => self.u8(10).text(name).ty(inner),
            TypeSchema::Struct(of) => self.u8(11).text(of.name).fields(of.fields),
            TypeSchema::Enum(of) => {
                let sink = self.u8(12).text(of.name);
                list!(sink, of.variants, variant)
            }
        }
    }

    const fn field(self, field: &FieldSchema) -> Self {
        self.text(field.name).text(field.doc).ty(&field.ty)
    }

    const fn fields(self, fields: &[FieldSchema]) -> Self {
        list!(self, fields, field)
    }

    const fn variant(self, variant: &VariantSchema) -> Self {
        self.text(variant.name).text(variant.doc).fields(variant.fields)
    }

    const fn function(self, function: &FunctionSchema) -> Self {
        let sink = self.text(function.name).text(function.doc).fields(function.input);
        sink.ty(&function.output).u8(function.readers.0)
    }

    const fn event(self, event: &EventSchema) -> Self {
        let sink = self.text(event.name).text(event.doc).fields(event.fields);
        list!(sink, event.topics, name).u8(event.readers.0)
    }

    const fn error(self, error: &ErrorSchema) -> Self {
        self.u32(error.code).text(error.name).text(error.doc).fields(error.fields)
    }

    const fn storage(self, storage: &StorageSchema) -> Self {
        let sink = self.u16(storage.namespace).text(storage.name).text(storage.kind);
        sink.ty(&storage.key).ty(&storage.value)
    }

    const fn contract(self, contract: &ContractSchema) -> Self {
        let sink = self.u16(VERSION).text(contract.name).text(contract.version);
        let sink = sink.ty(&contract.instantiate).ty(&contract.migrate);
        let sink = list!(sink, contract.execute, function);
        let sink = list!(sink, contract.query, function);
        let sink = list!(sink, contract.events, event);
        let sink = list!(sink, contract.errors, error);
        list!(sink, contract.storage, storage)
    }
}

/// The length of the encoded spec in bytes.
pub const fn encoded_len(contract: &ContractSchema) -> usize {
    Sink::<0> { bytes: [], len: 0 }.contract(contract).len
}

/// The encoded spec; `N` is [`encoded_len`].
pub const fn encode<const N: usize>(contract: &ContractSchema) -> [u8; N] {
    let sink = Sink::<N> { bytes: [0; N], len: 0 }.contract(contract);
    assert!(sink.len == N, "N is the encoded length");
    sink.bytes
}
