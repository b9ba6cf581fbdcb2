//! `#[derive(Schema)]`.

use crate::docs::first_paragraph;
use crate::fields::{self, schema_of};
use crate::paths::Paths;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DataEnum, DeriveInput, Error, Fields, Generics, LitStr, Result};

pub(crate) fn expand(input: &DeriveInput, paths: &Paths) -> Result<TokenStream> {
    let primitives = &paths.primitives;
    let schema = match (&input.data, human_name(input)?) {
        (Data::Struct(data), Some(name)) => named(&data.fields, &name, paths)?,
        (Data::Struct(data), None) => structure(input, &data.fields, paths)?,
        (Data::Enum(data), None) => enumeration(input, data, paths)?,
        (_, Some(name)) => return Err(Error::new(name.span(), "expected a struct of one field")),
        (Data::Union(_), None) => {
            return Err(Error::new_spanned(&input.ident, "expected a struct or an enum"));
        }
    };
    let name = &input.ident;
    let generics = bounded(&input.generics, &quote!(#primitives::schema::Schema));
    let (impl_generics, type_generics, bounds) = generics.split_for_impl();
    Ok(quote! {
        impl #impl_generics #primitives::schema::Schema for #name #type_generics #bounds {
            const SCHEMA: #primitives::schema::TypeSchema = #schema;
        }
    })
}

/// The generics with `bound` on each type parameter.
pub(crate) fn bounded(generics: &Generics, bound: &TokenStream) -> Generics {
    let mut generics = generics.clone();
    let names: Vec<_> = generics.type_params().map(|parameter| parameter.ident.clone()).collect();
    let clause = generics.make_where_clause();
    for name in names {
        clause.predicates.push(syn::parse_quote!(#name: #bound));
    }
    generics
}

/// `name` of `#[schema(named = "name")]`.
fn human_name(input: &DeriveInput) -> Result<Option<LitStr>> {
    let mut name = None;
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("schema")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("named") {
                return Err(meta.error("expected `named = \"…\"`"));
            }
            name = Some(meta.value()?.parse()?);
            Ok(())
        })?;
    }
    Ok(name)
}

fn named(fields: &Fields, name: &LitStr, paths: &Paths) -> Result<TokenStream> {
    let mut all = fields.iter();
    let (Some(field), None) = (all.next(), all.next()) else {
        return Err(Error::new(name.span(), "expected a struct of one field"));
    };
    let (primitives, inner) = (&paths.primitives, schema_of(&field.ty, paths));
    Ok(quote!(#primitives::schema::TypeSchema::Named(#name, &#inner)))
}

fn structure(input: &DeriveInput, fields: &Fields, paths: &Paths) -> Result<TokenStream> {
    let (primitives, name) = (&paths.primitives, input.ident.to_string());
    let fields = fields::schemas(fields, paths)?;
    Ok(quote! {
        #primitives::schema::TypeSchema::Struct(&#primitives::schema::StructSchema {
            name: #name,
            fields: #fields,
        })
    })
}

fn enumeration(input: &DeriveInput, data: &DataEnum, paths: &Paths) -> Result<TokenStream> {
    fields::refuse_borsh(&input.attrs, "use_discriminant")?;
    let (primitives, name) = (&paths.primitives, input.ident.to_string());
    let mut variants = Vec::new();
    for variant in &data.variants {
        let (name, doc) = (variant.ident.to_string(), first_paragraph(&variant.attrs));
        let fields = fields::schemas(&variant.fields, paths)?;
        variants.push(quote! {
            #primitives::schema::VariantSchema { name: #name, doc: #doc, fields: #fields }
        });
    }
    Ok(quote! {
        #primitives::schema::TypeSchema::Enum(&#primitives::schema::EnumSchema {
            name: #name,
            variants: &[#(#variants),*],
        })
    })
}
