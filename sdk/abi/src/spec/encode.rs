//! Encoding of a declared spec by the compiler. Everything here is `const fn`: a contract's section
//! is a constant, and no code for it remains in the module.
//!
//! A struct or an enum is written once; where it stands again, a reference to its first place does.

use super::VERSION;
use super::declare::{ContractSchema, ErrorSchema, EventSchema, FunctionSchema, StorageSchema};
use super::same::same;
use tenor_primitives::schema::{FieldSchema, TypeSchema, VariantSchema};

/// How many types are remembered; those after are written each time.
const SEEN_MAX: usize = 512;

/// A struct or an enum that was written, and where.
#[derive(Clone, Copy)]
struct Seen {
    ty: TypeSchema,
    at: u32,
}

/// Where bytes go: counts them, and writes them while they fit.
struct Sink<const N: usize> {
    bytes: [u8; N],
    len: usize,
    seen: [Seen; SEEN_MAX],
    seen_count: usize,
}

/// Writes each element of a slice with a 32-bit count before it.
macro_rules! list {
    ($sink:ident, $items:expr, $write:ident) => {{
        let items = $items;
        $sink.u32(items.len() as u32);
        let mut i = 0;
        while i < items.len() {
            $sink.$write(&items[i]);
            i += 1;
        }
    }};
}

#[allow(clippy::cast_possible_truncation)] // counts and names of a spec are far below 4 GiB
impl<const N: usize> Sink<N> {
    const fn new() -> Self {
        let nothing = Seen { ty: TypeSchema::Unit, at: 0 };
        Self { bytes: [0; N], len: 0, seen: [nothing; SEEN_MAX], seen_count: 0 }
    }

    const fn raw(&mut self, bytes: &[u8]) {
        let mut i = 0;
        while i < bytes.len() && self.len + i < N {
            self.bytes[self.len + i] = bytes[i];
            i += 1;
        }
        self.len += bytes.len();
    }

    const fn u8(&mut self, byte: u8) {
        self.raw(&[byte]);
    }

    const fn u16(&mut self, value: u16) {
        self.raw(&value.to_le_bytes());
    }

    const fn u32(&mut self, value: u32) {
        self.raw(&value.to_le_bytes());
    }

    const fn text(&mut self, text: &str) {
        self.u32(text.len() as u32);
        self.raw(text.as_bytes());
    }

    const fn name(&mut self, name: &&str) {
        self.text(name);
    }

    const fn ty(&mut self, schema: &TypeSchema) {
        match schema {
            TypeSchema::Unit => self.u8(0),
            TypeSchema::Bool => self.u8(1),
            TypeSchema::Unsigned(bits) => self.raw(&[2, *bits]),
            TypeSchema::Signed(bits) => self.raw(&[3, *bits]),
            TypeSchema::Text => self.u8(4),
            TypeSchema::Bytes(count) => {
                self.u8(5);
                self.u32(*count);
            }
            TypeSchema::Option(inner) => {
                self.u8(6);
                self.ty(inner);
            }
            TypeSchema::List(inner) => {
                self.u8(7);
                self.ty(inner);
            }
            TypeSchema::Map(key, value) => {
                self.u8(8);
                self.ty(key);
                self.ty(value);
            }
            TypeSchema::Tuple(items) => {
                self.u8(9);
                list!(self, *items, ty);
            }
            TypeSchema::Named(name, inner) => {
                self.u8(10);
                self.text(name);
                self.ty(inner);
            }
            TypeSchema::Struct(_) | TypeSchema::Enum(_) => self.defined(schema),
        }
    }

    /// A struct or an enum: a reference if it was written before.
    const fn defined(&mut self, schema: &TypeSchema) {
        let mut i = 0;
        while i < self.seen_count {
            if same(&self.seen[i].ty, schema) {
                self.u8(13);
                self.u32(self.seen[i].at);
                return;
            }
            i += 1;
        }
        let at = self.len as u32;
        match schema {
            TypeSchema::Struct(of) => {
                self.u8(11);
                self.text(of.name);
                self.fields(of.fields);
            }
            TypeSchema::Enum(of) => {
                self.u8(12);
                self.text(of.name);
                list!(self, of.variants, variant);
            }
            _ => panic!("only structs and enums are defined"),
        }
        // After its own fields: a reference stands behind what it refers to, never inside.
        if self.seen_count < SEEN_MAX {
            self.seen[self.seen_count] = Seen { ty: *schema, at };
            self.seen_count += 1;
        }
    }

    const fn field(&mut self, field: &FieldSchema) {
        self.text(field.name);
        self.text(field.doc);
        self.ty(&field.ty);
    }

    const fn fields(&mut self, fields: &[FieldSchema]) {
        list!(self, fields, field);
    }

    const fn variant(&mut self, variant: &VariantSchema) {
        self.text(variant.name);
        self.text(variant.doc);
        self.fields(variant.fields);
    }

    const fn function(&mut self, function: &FunctionSchema) {
        self.text(function.name);
        self.text(function.doc);
        self.fields(function.input);
        self.ty(&function.output);
        self.u8(function.readers.0);
    }

    const fn event(&mut self, event: &EventSchema) {
        self.text(event.name);
        self.text(event.doc);
        self.fields(event.fields);
        list!(self, event.topics, name);
        self.u8(event.readers.0);
    }

    const fn error(&mut self, error: &ErrorSchema) {
        self.u32(error.code);
        self.text(error.name);
        self.text(error.doc);
        self.fields(error.fields);
    }

    const fn storage(&mut self, storage: &StorageSchema) {
        self.u16(storage.namespace);
        self.text(storage.name);
        self.text(storage.kind);
        self.ty(&storage.key);
        self.ty(&storage.value);
    }

    const fn contract(&mut self, contract: &ContractSchema) {
        self.u16(VERSION);
        self.text(contract.name);
        self.text(contract.version);
        self.ty(&contract.instantiate);
        self.ty(&contract.migrate);
        list!(self, contract.execute, function);
        list!(self, contract.query, function);
        list!(self, contract.events, event);
        list!(self, contract.errors, error);
        list!(self, contract.storage, storage);
    }
}

/// The length of the encoded spec in bytes.
pub const fn encoded_len(contract: &ContractSchema) -> usize {
    let mut sink = Sink::<0>::new();
    sink.contract(contract);
    sink.len
}

/// The encoded spec; `N` is [`encoded_len`].
pub const fn encode<const N: usize>(contract: &ContractSchema) -> [u8; N] {
    let mut sink = Sink::<N>::new();
    sink.contract(contract);
    assert!(sink.len == N, "N is the encoded length");
    sink.bytes
}
