//! `#[derive(StorageKeyPart)]`.

use crate::fields::{bindings, braces};
use crate::paths::Paths;
use crate::schema::bounded;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DataEnum, DeriveInput, Error, Fields, Result};

pub(crate) fn expand(input: &DeriveInput, paths: &Paths) -> Result<TokenStream> {
    let primitives = &paths.primitives;
    let part = quote!(#primitives::StorageKeyPart);
    let (encode, decode) = match &input.data {
        Data::Struct(data) if !data.fields.is_empty() => structure(&data.fields, &part),
        Data::Enum(data) => enumeration(data, &part)?,
        _ => {
            let expected = "expected a struct with fields or an enum without";
            return Err(Error::new_spanned(&input.ident, expected));
        }
    };
    let name = &input.ident;
    let generics = bounded(&input.generics, &part);
    let (impl_generics, type_generics, bounds) = generics.split_for_impl();
    let bytes = quote!(#primitives::KeyBytes);
    Ok(quote! {
        impl #impl_generics #part for #name #type_generics #bounds {
            fn encode_part(&self, out: &mut #bytes, is_last: bool) { #encode }

            fn decode_part(bytes: &mut &[u8], is_last: bool) -> Option<Self> { #decode }
        }
    })
}

/// The fields in order; only the last of them can end the key.
fn structure(fields: &Fields, part: &TokenStream) -> (TokenStream, TokenStream) {
    let (names, shape) = (bindings(fields), braces(fields));
    let is_last = |position: usize| match position + 1 == names.len() {
        true => quote!(is_last),
        false => quote!(false),
    };
    let encoded = names.iter().enumerate().map(|(position, name)| {
        let is_last = is_last(position);
        quote!(#part::encode_part(#name, out, #is_last);)
    });
    let decoded = names.iter().enumerate().map(|(position, name)| {
        let is_last = is_last(position);
        quote!(let #name = #part::decode_part(bytes, #is_last)?;)
    });
    (quote!(let Self #shape = self; #(#encoded)*), quote!(#(#decoded)* Some(Self #shape)))
}

/// One byte: the variant's position.
fn enumeration(data: &DataEnum, part: &TokenStream) -> Result<(TokenStream, TokenStream)> {
    let mut encoded = Vec::new();
    let mut decoded = Vec::new();
    for (position, variant) in data.variants.iter().enumerate() {
        let Ok(tag) = u8::try_from(position) else {
            return Err(Error::new_spanned(variant, "expected at most 256 variants"));
        };
        if !variant.fields.is_empty() {
            return Err(Error::new_spanned(variant, "expected a variant without fields"));
        }
        let (name, shape) = (&variant.ident, braces(&variant.fields));
        encoded.push(quote!(Self::#name #shape => #tag,));
        decoded.push(quote!(#tag => Some(Self::#name #shape),));
    }
    let encode = quote! {
        let tag: u8 = match self { #(#encoded)* };
        #part::encode_part(&tag, out, is_last);
    };
    let decode = quote! {
        match <u8 as #part>::decode_part(bytes, is_last)? { #(#decoded)* _ => None }
    };
    Ok((encode, decode))
}
