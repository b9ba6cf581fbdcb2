//! `#[readers(…)]`: who may read an answer or an event.

use crate::paths::Paths;
use proc_macro2::TokenStream;
use quote::quote;
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, Token};

/// The set named by the attribute; `None` without attribute.
pub(crate) fn parse(attributes: &[Attribute], paths: &Paths) -> syn::Result<Option<TokenStream>> {
    let Some(attribute) = attributes.iter().find(|attribute| attribute.path().is_ident("readers"))
    else {
        return Ok(None);
    };
    let abi = &paths.abi;
    let names = attribute.parse_args_with(Punctuated::<Ident, Token![,]>::parse_terminated)?;
    let mut set: Option<TokenStream> = None;
    for name in &names {
        let constant = constant(name)?;
        let one = quote!(#abi::spec::declare::Readers::#constant);
        set = Some(match set {
            Some(set) => quote!(#set.with(#one)),
            None => one,
        });
    }
    set.map(Some).ok_or_else(|| syn::Error::new_spanned(attribute, EXPECTED))
}

const EXPECTED: &str = "expected one or more of: public, parties, issuer, regulator, operator";

fn constant(name: &Ident) -> syn::Result<Ident> {
    let text = name.to_string();
    if !matches!(text.as_str(), "public" | "parties" | "issuer" | "regulator" | "operator") {
        return Err(syn::Error::new_spanned(name, EXPECTED));
    }
    Ok(Ident::new(&text.to_uppercase(), name.span()))
}
