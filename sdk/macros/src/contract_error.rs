//! `#[derive(ContractError)]`.

use crate::docs::first_paragraph;
use crate::fields::{self, bindings, braces};
use crate::paths::Paths;
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::BTreeSet;
use syn::{Data, DeriveInput, Error, LitInt, Result, Variant};

/// As `RESERVED_CODES_FROM` of the ABI.
const RESERVED_FROM: u32 = 0xFFFF_0000;

pub(crate) fn expand(input: &DeriveInput, paths: &Paths) -> Result<TokenStream> {
    let Data::Enum(data) = &input.data else {
        return Err(Error::new_spanned(&input.ident, "expected an enum"));
    };
    let mut used = BTreeSet::new();
    let mut arms = Arms::default();
    for variant in &data.variants {
        let code = code(variant)?;
        if !used.insert(code) {
            return Err(Error::new_spanned(variant, "expected a code that no other variant has"));
        }
        arms.add(variant, code, paths)?;
    }
    let Arms { schemas, codes, details, from_parts } = arms;
    let (abi, name) = (&paths.abi, &input.ident);
    Ok(quote! {
        impl #abi::spec::declare::ErrorType for #name {
            const ERRORS: &'static [#abi::spec::declare::ErrorSchema] = &[#(#schemas),*];
        }

        impl #abi::ContractError for #name {
            fn code(&self) -> u32 {
                match self { #(#codes)* }
            }

            fn details(&self) -> #abi::Bytes {
                match self { #(#details)* }
            }

            fn from_parts(code: u32, details: &[u8]) -> Option<Self> {
                match code { #(#from_parts)* _ => None }
            }
        }
    })
}

/// What each variant adds to the generated items.
#[derive(Default)]
struct Arms {
    schemas: Vec<TokenStream>,
    codes: Vec<TokenStream>,
    details: Vec<TokenStream>,
    from_parts: Vec<TokenStream>,
}

impl Arms {
    fn add(&mut self, variant: &Variant, code: u32, paths: &Paths) -> Result<()> {
        let (abi, ident) = (&paths.abi, &variant.ident);
        let (name, doc) = (ident.to_string(), first_paragraph(&variant.attrs));
        let fields = fields::schemas(&variant.fields, paths)?;
        self.schemas.push(quote! {
            #abi::spec::declare::ErrorSchema {
                code: #code,
                name: #name,
                doc: #doc,
                fields: #fields,
            }
        });
        self.codes.push(quote!(Self::#ident { .. } => #code,));
        if variant.fields.is_empty() {
            self.details.push(quote!(Self::#ident { .. } => #abi::Bytes::new(),));
            self.from_parts.push(quote!(#code => details.is_empty().then_some(Self::#ident {}),));
            return Ok(());
        }
        let (names, shape) = (bindings(&variant.fields), braces(&variant.fields));
        let types = variant.fields.iter().map(|field| &field.ty);
        self.details.push(quote!(Self::#ident #shape => #abi::codec::encode(&(#(#names,)*)),));
        self.from_parts.push(quote! {
            #code => {
                let (#(#names,)*): (#(#types,)*) = #abi::codec::decode(details).ok()?;
                Some(Self::#ident #shape)
            }
        });
        Ok(())
    }
}

fn code(variant: &Variant) -> Result<u32> {
    let mut code: Option<LitInt> = None;
    for attribute in variant.attrs.iter().filter(|attribute| attribute.path().is_ident("error")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("code") {
                return Err(meta.error("expected `code = …`"));
            }
            code = Some(meta.value()?.parse()?);
            Ok(())
        })?;
    }
    let code = code.ok_or_else(|| Error::new_spanned(variant, "expected `#[error(code = …)]`"))?;
    match code.base10_parse::<u32>()? {
        value @ 1..RESERVED_FROM => Ok(value),
        _ => Err(Error::new(code.span(), "expected a code from 1 to 0xFFFE_FFFF")),
    }
}
