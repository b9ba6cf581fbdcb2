//! Derives for contracts and their interfaces. What they write could be written by hand: constants
//! that describe a type, conversions of errors, and clients that build payloads.
//!
//! Each derive exists twice: by its plain name for crates that depend on `tenor-primitives` and
//! `tenor-abi` (interfaces), and as `Sdk…` for crates that depend on `tenor-sdk` alone, which
//! re-exports it under the plain name.

mod client;
mod contract_error;
mod docs;
mod event;
mod fields;
mod functions;
mod key_part;
mod paths;
mod readers;
mod schema;

use paths::Paths;
use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

type Expand = fn(&DeriveInput, &Paths) -> syn::Result<proc_macro2::TokenStream>;

fn derive(input: TokenStream, paths: &Paths, expand: Expand) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand(&input, paths).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Describes a struct or an enum as borsh encodes it.
///
/// `#[schema(named = "isin")]` on a struct with one field gives the value a meaning and a human form
/// of its own; it is encoded as the field.
#[proc_macro_derive(Schema, attributes(schema))]
pub fn derive_schema(input: TokenStream) -> TokenStream {
    derive(input, &Paths::direct(), schema::expand)
}

/// [`Schema`](derive@Schema) for crates that depend on `tenor-sdk` alone.
#[proc_macro_derive(SdkSchema, attributes(schema))]
pub fn derive_sdk_schema(input: TokenStream) -> TokenStream {
    derive(input, &Paths::sdk(), schema::expand)
}

/// Lets a struct or an enum without fields stand in a storage key: the fields in order, or the
/// variant's position in one byte.
#[proc_macro_derive(StorageKeyPart)]
pub fn derive_key_part(input: TokenStream) -> TokenStream {
    derive(input, &Paths::direct(), key_part::expand)
}

/// [`StorageKeyPart`](derive@StorageKeyPart) for crates that depend on `tenor-sdk` alone.
#[proc_macro_derive(SdkStorageKeyPart)]
pub fn derive_sdk_key_part(input: TokenStream) -> TokenStream {
    derive(input, &Paths::sdk(), key_part::expand)
}

/// Describes a message enum as functions and writes a typed client.
///
/// `#[functions(execute, client = CashClient)]` or `#[functions(query, client = CashQueries)]` on
/// the enum; the client is optional. `#[returns(Type)]` on a variant, unit if absent.
/// `#[readers(public, parties, issuer, regulator, operator)]` on each variant of a query.
#[proc_macro_derive(Functions, attributes(functions, returns, readers))]
pub fn derive_functions(input: TokenStream) -> TokenStream {
    derive(input, &Paths::direct(), functions::expand)
}

/// [`Functions`](derive@Functions) for crates that depend on `tenor-sdk` alone.
#[proc_macro_derive(SdkFunctions, attributes(functions, returns, readers))]
pub fn derive_sdk_functions(input: TokenStream) -> TokenStream {
    derive(input, &Paths::sdk(), functions::expand)
}

/// Describes an event and gives its topics.
///
/// `#[readers(…)]` on the struct; `#[topic]` on at most four fields.
#[proc_macro_derive(Event, attributes(readers, topic))]
pub fn derive_event(input: TokenStream) -> TokenStream {
    derive(input, &Paths::direct(), event::expand)
}

/// [`Event`](derive@Event) for crates that depend on `tenor-sdk` alone.
#[proc_macro_derive(SdkEvent, attributes(readers, topic))]
pub fn derive_sdk_event(input: TokenStream) -> TokenStream {
    derive(input, &Paths::sdk(), event::expand)
}

/// Describes an error enum and converts it to and from a code and details.
///
/// `#[error(code = 1)]` on each variant: from 1, each once, stable for ever.
#[proc_macro_derive(ContractError, attributes(error))]
pub fn derive_contract_error(input: TokenStream) -> TokenStream {
    derive(input, &Paths::direct(), contract_error::expand)
}

/// [`ContractError`](derive@ContractError) for crates that depend on `tenor-sdk` alone.
#[proc_macro_derive(SdkContractError, attributes(error))]
pub fn derive_sdk_contract_error(input: TokenStream) -> TokenStream {
    derive(input, &Paths::sdk(), contract_error::expand)
}

#[cfg(test)]
mod tests;
