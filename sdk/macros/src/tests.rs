//! What the derives refuse, and how they say it.

use crate::paths::Paths;
use crate::{contract_error, event, functions, key_part, schema};
use syn::{DeriveInput, parse_quote};

type Expand = fn(&DeriveInput, &Paths) -> syn::Result<proc_macro2::TokenStream>;

fn refusal(expand: Expand, input: DeriveInput) -> String {
    match expand(&input, &Paths::direct()) {
        Ok(tokens) => panic!("expected a refusal, got {tokens}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn schemas_that_would_lie_are_refused() {
    let inexpressible = "the description cannot express this encoding; remove it";
    let discriminants = parse_quote! { #[borsh(use_discriminant = true)] enum A { B = 7 } };
    assert_eq!(refusal(schema::expand, discriminants), inexpressible);
    let skipped = parse_quote! { struct A { #[borsh(skip)] b: u8 } };
    assert_eq!(refusal(schema::expand, skipped), inexpressible);
    let positions: DeriveInput =
        parse_quote! { #[borsh(use_discriminant = false)] enum A { B = 7 } };
    assert!(schema::expand(&positions, &Paths::direct()).is_ok());
}

#[test]
fn human_forms_are_of_one_field() {
    let expected = "expected a struct of one field";
    let two = parse_quote! { #[schema(named = "isin")] struct A(u8, u8); };
    assert_eq!(refusal(schema::expand, two), expected);
    let choice = parse_quote! { #[schema(named = "isin")] enum A { B } };
    assert_eq!(refusal(schema::expand, choice), expected);
    let typo = parse_quote! { #[schema(name = "isin")] struct A(u8); };
    assert_eq!(refusal(schema::expand, typo), "expected `named = \"…\"`");
}

#[test]
fn messages_say_what_they_are_for_and_who_reads() {
    let neither = parse_quote! { enum A { B } };
    assert!(refusal(functions::expand, neither).starts_with("expected `#[functions(execute)]`"));
    let unread = parse_quote! { #[functions(query)] enum A { B } };
    assert!(refusal(functions::expand, unread).starts_with("expected `#[readers(…)]`"));
    let unnamed = parse_quote! { #[functions(execute)] enum A { B(u8) } };
    assert!(refusal(functions::expand, unnamed).starts_with("expected named arguments"));
    let nobody = parse_quote! { #[functions(query)] enum A { #[readers(everybody)] B } };
    assert!(refusal(functions::expand, nobody).starts_with("expected one or more of: public"));
    let structure = parse_quote! { #[functions(execute)] struct A; };
    assert_eq!(refusal(functions::expand, structure), "expected an enum of messages");
}

#[test]
fn events_have_readers_and_few_topics() {
    let unread = parse_quote! { struct A { b: u8 } };
    assert!(refusal(event::expand, unread).starts_with("expected `#[readers(…)]`"));
    let many = parse_quote! {
        #[readers(public)]
        struct A {
            #[topic] a: u8, #[topic] b: u8, #[topic] c: u8, #[topic] d: u8, #[topic] e: u8,
        }
    };
    assert_eq!(refusal(event::expand, many), "expected at most 4 topics");
    let unnamed = parse_quote! { #[readers(public)] struct A(#[topic] u8); };
    assert_eq!(refusal(event::expand, unnamed), "expected a named field");
}

#[test]
fn error_codes_are_given_once_each_in_range() {
    let none = parse_quote! { enum A { B } };
    assert_eq!(refusal(contract_error::expand, none), "expected `#[error(code = …)]`");
    let twice = parse_quote! { enum A { #[error(code = 1)] B, #[error(code = 1)] C } };
    assert_eq!(refusal(contract_error::expand, twice), "expected a code that no other variant has");
    let range = "expected a code from 1 to 0xFFFE_FFFF";
    let zero = parse_quote! { enum A { #[error(code = 0)] B } };
    assert_eq!(refusal(contract_error::expand, zero), range);
    let reserved = parse_quote! { enum A { #[error(code = 0xFFFF_0000)] B } };
    assert_eq!(refusal(contract_error::expand, reserved), range);
}

#[test]
fn keys_are_structs_or_plain_enums() {
    let expected = "expected a struct with fields or an enum without";
    assert_eq!(refusal(key_part::expand, parse_quote! { struct A; }), expected);
    let filled = parse_quote! { enum A { B(u8) } };
    assert_eq!(refusal(key_part::expand, filled), "expected a variant without fields");
}
