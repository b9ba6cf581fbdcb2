//! What a type looks like in borsh, as data: contracts carry it in their spec, so that a client can
//! build and read any message without the contract's source.
//!
//! A [`TypeSchema`] is `const`, so that a contract's whole spec is computed by the compiler and lies
//! in a custom section of its module. `#[derive(Schema)]` writes the impls for structs and enums.

use crate::{Address, Amount, ChainId, Hash, PublicKey, Roles, Signature, Timestamp};
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

/// A type that says how borsh encodes it.
pub trait Schema {
    /// The description.
    const SCHEMA: TypeSchema;
}

/// How a value is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypeSchema {
    /// Nothing.
    Unit,
    /// One byte, 0 or 1.
    Bool,
    /// An unsigned integer of 8, 16, 32, 64 or 128 bits, little-endian.
    Unsigned(u8),
    /// A signed integer of 8, 16, 32, 64 or 128 bits, little-endian.
    Signed(u8),
    /// UTF-8 with a 32-bit length.
    Text,
    /// Exactly so many bytes.
    Bytes(u32),
    /// One byte 0 or 1, then the value if 1.
    Option(&'static TypeSchema),
    /// A 32-bit count, then the values. Of bytes: raw bytes.
    List(&'static TypeSchema),
    /// A 32-bit count, then key and value pairs in ascending order of keys.
    Map(&'static TypeSchema, &'static TypeSchema),
    /// The values one after the other.
    Tuple(&'static [TypeSchema]),
    /// A value with a meaning and a human form of its own (`address`, `amount`, `isin`…), encoded
    /// as the inner type.
    Named(&'static str, &'static TypeSchema),
    /// Named fields one after the other.
    Struct(&'static StructSchema),
    /// One byte, the variant's position; then its fields.
    Enum(&'static EnumSchema),
}

/// A struct's name and fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StructSchema {
    /// The type's name.
    pub name: &'static str,
    /// Its fields in order.
    pub fields: &'static [FieldSchema],
}

/// A field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldSchema {
    /// Its name; its position in digits for unnamed fields.
    pub name: &'static str,
    /// The first line of its documentation.
    pub doc: &'static str,
    /// Its type.
    pub ty: TypeSchema,
}

/// An enum's name and variants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnumSchema {
    /// The type's name.
    pub name: &'static str,
    /// Its variants in order of their tags.
    pub variants: &'static [VariantSchema],
}

/// A variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VariantSchema {
    /// Its name.
    pub name: &'static str,
    /// The first line of its documentation.
    pub doc: &'static str,
    /// Its fields; empty for a plain variant.
    pub fields: &'static [FieldSchema],
}

macro_rules! schemas {
    ($($type:ty => $schema:expr),* $(,)?) => {$(
        impl Schema for $type {
            const SCHEMA: TypeSchema = $schema;
        }
    )*};
}

schemas! {
    () => TypeSchema::Unit,
    bool => TypeSchema::Bool,
    u8 => TypeSchema::Unsigned(8),
    u16 => TypeSchema::Unsigned(16),
    u32 => TypeSchema::Unsigned(32),
    u64 => TypeSchema::Unsigned(64),
    u128 => TypeSchema::Unsigned(128),
    i8 => TypeSchema::Signed(8),
    i16 => TypeSchema::Signed(16),
    i32 => TypeSchema::Signed(32),
    i64 => TypeSchema::Signed(64),
    i128 => TypeSchema::Signed(128),
    String => TypeSchema::Text,
    Address => TypeSchema::Named("address", &TypeSchema::Bytes(32)),
    Hash => TypeSchema::Named("hash", &TypeSchema::Bytes(32)),
    Amount => TypeSchema::Named("amount", &TypeSchema::Unsigned(128)),
    Timestamp => TypeSchema::Named("timestamp", &TypeSchema::Unsigned(64)),
    PublicKey => TypeSchema::Named("public_key", &TypeSchema::Bytes(33)),
    Signature => TypeSchema::Named("signature", &TypeSchema::Bytes(64)),
    ChainId => TypeSchema::Named("chain_id", &TypeSchema::Text),
    Roles => TypeSchema::Named("roles", &TypeSchema::Unsigned(32)),
}

impl<const N: usize> Schema for [u8; N] {
    #[allow(clippy::cast_possible_truncation)] // arrays in messages are far below 4 GiB
    const SCHEMA: TypeSchema = TypeSchema::Bytes(N as u32);
}

impl<T: Schema> Schema for Option<T> {
    const SCHEMA: TypeSchema = TypeSchema::Option(&T::SCHEMA);
}

impl<T: Schema> Schema for Vec<T> {
    const SCHEMA: TypeSchema = TypeSchema::List(&T::SCHEMA);
}

impl<T: Schema> Schema for alloc::boxed::Box<T> {
    const SCHEMA: TypeSchema = T::SCHEMA;
}

impl<K: Schema, V: Schema> Schema for BTreeMap<K, V> {
    const SCHEMA: TypeSchema = TypeSchema::Map(&K::SCHEMA, &V::SCHEMA);
}

impl<A: Schema, B: Schema> Schema for (A, B) {
    const SCHEMA: TypeSchema = TypeSchema::Tuple(&[A::SCHEMA, B::SCHEMA]);
}

impl<A: Schema, B: Schema, C: Schema> Schema for (A, B, C) {
    const SCHEMA: TypeSchema = TypeSchema::Tuple(&[A::SCHEMA, B::SCHEMA, C::SCHEMA]);
}
