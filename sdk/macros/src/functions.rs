//! `#[derive(Functions)]`.

use crate::docs::first_paragraph;
use crate::fields::{self, schema_of};
use crate::paths::Paths;
use crate::{client, readers};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, Ident, Result, Type, Variant, parse_quote};

/// What a message enum is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Execute,
    Query,
}

/// `#[functions(…)]`.
pub(crate) struct Options {
    pub(crate) kind: Kind,
    pub(crate) client: Option<Ident>,
}

/// One variant.
pub(crate) struct Function<'a> {
    pub(crate) variant: &'a Variant,
    /// The name of the function and of the client's method.
    pub(crate) name: String,
    pub(crate) doc: String,
    pub(crate) returns: Type,
}

pub(crate) fn expand(input: &DeriveInput, paths: &Paths) -> Result<TokenStream> {
    let Data::Enum(data) = &input.data else {
        return Err(Error::new_spanned(&input.ident, "expected an enum of messages"));
    };
    fields::refuse_borsh(&input.attrs, "use_discriminant")?;
    let options = options(input)?;
    let functions: Vec<Function<'_>> = data.variants.iter().map(function).collect::<Result<_>>()?;
    let schemas: Vec<TokenStream> = functions
        .iter()
        .map(|function| schema(function, &options, paths))
        .collect::<Result<_>>()?;
    let (abi, name) = (&paths.abi, &input.ident);
    let client = match &options.client {
        Some(client) => client::write(input, &options, client, &functions, paths),
        None => TokenStream::new(),
    };
    Ok(quote! {
        impl #abi::spec::declare::Functions for #name {
            const FUNCTIONS: &'static [#abi::spec::declare::FunctionSchema] = &[#(#schemas),*];
        }

        #client
    })
}

fn options(input: &DeriveInput) -> Result<Options> {
    let (mut kind, mut client) = (None, None);
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("functions")) {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("execute") {
                kind = Some(Kind::Execute);
            } else if meta.path.is_ident("query") {
                kind = Some(Kind::Query);
            } else if meta.path.is_ident("client") {
                client = Some(meta.value()?.parse()?);
            } else {
                return Err(meta.error("expected `execute` or `query`, and `client = Name`"));
            }
            Ok(())
        })?;
    }
    let expected = "expected `#[functions(execute)]` or `#[functions(query)]` on the enum";
    let kind = kind.ok_or_else(|| Error::new_spanned(&input.ident, expected))?;
    Ok(Options { kind, client })
}

fn function(variant: &Variant) -> Result<Function<'_>> {
    if matches!(variant.fields, Fields::Unnamed(_)) {
        return Err(Error::new_spanned(
            variant,
            "expected named arguments: `Variant { name: Type }`",
        ));
    }
    let mut returns = parse_quote!(());
    for attribute in variant.attrs.iter().filter(|attribute| attribute.path().is_ident("returns")) {
        returns = attribute.parse_args()?;
    }
    let (name, doc) = (snake_case(&variant.ident.to_string()), first_paragraph(&variant.attrs));
    Ok(Function { variant, name, doc, returns })
}

fn schema(function: &Function<'_>, options: &Options, paths: &Paths) -> Result<TokenStream> {
    let abi = &paths.abi;
    let variant = function.variant;
    let readers = match (readers::parse(&variant.attrs, paths)?, options.kind) {
        (Some(readers), _) => readers,
        (None, Kind::Execute) => quote!(#abi::spec::declare::Readers::PARTIES),
        (None, Kind::Query) => {
            let expected = "expected `#[readers(…)]`: who may read the answer";
            return Err(Error::new_spanned(variant, expected));
        }
    };
    let Function { name, doc, .. } = function;
    let (input, output) =
        (fields::schemas(&variant.fields, paths)?, schema_of(&function.returns, paths));
    Ok(quote! {
        #abi::spec::declare::FunctionSchema {
            name: #name,
            doc: #doc,
            input: #input,
            output: #output,
            readers: #readers,
        }
    })
}

/// `TransferFrom` as `transfer_from`.
pub(crate) fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for (position, letter) in name.chars().enumerate() {
        if letter.is_uppercase() && position > 0 {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_named_in_snake_case() {
        assert_eq!(snake_case("TransferFrom"), "transfer_from");
        assert_eq!(snake_case("Pay"), "pay");
    }
}
