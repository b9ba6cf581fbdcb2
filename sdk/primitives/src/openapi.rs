//! Schemas of the human forms, for documents in OpenAPI 3.1.

use crate::{
    Address, ChainId, ClientRef, Hash, PublicKey, Role, Roles, Scopes, Signature, Timestamp,
};
use alloc::borrow::Cow;
use utoipa::openapi::{ArrayBuilder, Object, ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

fn text(pattern: &str, description: &str, example: &str) -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some(pattern))
        .description(Some(description))
        .examples([example])
        .build()
}

macro_rules! text_schema {
    ($($type:ident, $name:literal, $pattern:literal, $description:literal, $example:literal;)*) => {$(
        impl PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                Schema::from(text($pattern, $description, $example)).into()
            }
        }
        impl ToSchema for $type {
            fn name() -> Cow<'static, str> {
                $name.into()
            }
        }
    )*};
}

text_schema! {
    Address, "Address", "^(system|tnr1[02-9ac-hj-np-z]{58})$",
        "An account or an instance: bech32m with the prefix tnr, or 'system' for the ledger itself", "system";
    Hash, "Hash", "^(0x)?[0-9a-fA-F]{64}$",
        "A Keccak-256 hash: 64 hex digits; written with 0x, read with or without it",
        "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470";
    PublicKey, "PublicKey", "^(0x)?[0-9a-fA-F]{66}$",
        "A compressed secp256k1 key: 66 hex digits",
        "0x0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
    Signature, "Signature", "^(0x)?[0-9a-fA-F]{128}$",
        "An ECDSA signature, r then s, s in the lower half: 128 hex digits",
        "0x00000000000000000000000000000000000000000000000000000000000000010000000000000000000000000000000000000000000000000000000000000001";
    ChainId, "ChainId", "^[a-z0-9-]{3,32}$", "A ledger's name", "tenor-dev";
    ClientRef, "ClientRef", "^[\\x21-\\x7e]{1,64}$",
        "The sender's own reference: the same one with the same messages has its effect once", "ORDER-1";
}

impl PartialSchema for Timestamp {
    fn schema() -> RefOr<Schema> {
        let object = ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("An instant in UTC, RFC 3339, to the millisecond"))
            .examples(["2026-01-31T12:00:00Z"]);
        Schema::from(object.build()).into()
    }
}

impl ToSchema for Timestamp {}

fn names<'a>(all: impl IntoIterator<Item = &'a str>, description: &str) -> RefOr<Schema> {
    let one = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(all));
    let list = ArrayBuilder::new().items(one).description(Some(description));
    Schema::from(list.build()).into()
}

impl PartialSchema for Roles {
    fn schema() -> RefOr<Schema> {
        names(Role::ALL.map(Role::name), "Network roles")
    }
}

impl ToSchema for Roles {}

impl PartialSchema for Scopes {
    fn schema() -> RefOr<Schema> {
        names(crate::text::SCOPES.map(|(name, _)| name), "What a key may do")
    }
}

impl ToSchema for Scopes {}

#[cfg(test)]
mod tests {
    use super::*;
    use core::str::FromStr;
    use proptest::prelude::*;

    fn pattern<T: PartialSchema>() -> alloc::string::String {
        let RefOr::T(Schema::Object(object)) = T::schema() else { panic!("a schema of its own") };
        object.pattern.expect("a pattern")
    }

    /// What a document's pattern allows, and what is one character beside it.
    fn held<T: PartialSchema + FromStr>(longest: usize, inside: &[char], outside: &[char]) {
        let anchored = pattern::<T>();
        let bare = anchored.trim_start_matches('^').trim_end_matches('$');
        let mut runner = proptest::test_runner::TestRunner::default();
        let texts = proptest::string::string_regex(bare).expect("a pattern");
        let read = |text: &str| text.parse::<T>().is_ok();
        runner
            .run(&texts, |text| {
                prop_assert!(read(&text), "{text:?} is allowed by {anchored} and refused");
                Ok(())
            })
            .expect("all are read");
        let full = |c: char| alloc::string::String::from_iter(core::iter::repeat_n(c, longest));
        for c in inside {
            assert!(read(&full(*c)) && !read(&(full(*c) + "a")), "{c:?}");
        }
        for c in outside {
            assert!(!read(&full(*c)), "{c:?}");
        }
    }

    #[test]
    fn patterns_allow_what_is_read() {
        held::<ClientRef>(64, &['!', '~'], &[' ', '\u{7f}', 'é']);
        held::<ChainId>(32, &['a', 'z', '0', '9', '-'], &['A', '_', ' ', '{']);
    }
}
