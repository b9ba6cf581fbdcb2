//! Fields as descriptions, patterns and names.

use crate::docs::first_paragraph;
use crate::paths::Paths;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Attribute, Field, Fields, Ident, Type};

/// The fields as a slice of `FieldSchema`.
pub(crate) fn schemas(fields: &Fields, paths: &Paths) -> syn::Result<TokenStream> {
    let primitives = &paths.primitives;
    let mut list = Vec::new();
    for (position, field) in fields.iter().enumerate() {
        refuse_borsh(&field.attrs, "skip")?;
        let name = match &field.ident {
            Some(ident) => unraw(ident),
            None => position.to_string(),
        };
        let (doc, ty) = (first_paragraph(&field.attrs), schema_of(&field.ty, paths));
        list.push(quote! {
            #primitives::schema::FieldSchema { name: #name, doc: #doc, ty: #ty }
        });
    }
    Ok(quote!(&[#(#list),*]))
}

/// The schema constant of a type.
pub(crate) fn schema_of(ty: &Type, paths: &Paths) -> TokenStream {
    let primitives = &paths.primitives;
    quote!(<#ty as #primitives::schema::Schema>::SCHEMA)
}

/// One local name per field: its own, or `field_0`, `field_1`… where fields have none.
pub(crate) fn bindings(fields: &Fields) -> Vec<Ident> {
    let name = |(position, field): (usize, &Field)| match &field.ident {
        Some(ident) => ident.clone(),
        None => format_ident!("field_{position}"),
    };
    fields.iter().enumerate().map(name).collect()
}

/// The part of a pattern or a constructor after the type's name.
pub(crate) fn braces(fields: &Fields) -> TokenStream {
    let names = bindings(fields);
    match fields {
        Fields::Named(_) => quote!({ #(#names),* }),
        Fields::Unnamed(_) => quote!(( #(#names),* )),
        Fields::Unit => quote!(),
    }
}

/// An identifier's text without `r#`.
pub(crate) fn unraw(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").unwrap_or(&text).to_owned()
}

/// Refuses a borsh attribute that would make the encoding differ from the description.
pub(crate) fn refuse_borsh(attributes: &[Attribute], option: &str) -> syn::Result<()> {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("borsh")) {
        attribute.parse_nested_meta(|meta| {
            let value = match meta.value() {
                Ok(value) => Some(value.parse::<syn::Lit>()?),
                Err(_) => None,
            };
            let off = matches!(&value, Some(syn::Lit::Bool(flag)) if !flag.value);
            if meta.path.is_ident(option) && !off {
                return Err(meta.error("the description cannot express this encoding; remove it"));
            }
            Ok(())
        })?;
    }
    Ok(())
}
