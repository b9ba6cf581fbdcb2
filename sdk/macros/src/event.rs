//! `#[derive(Event)]`.

use crate::docs::first_paragraph;
use crate::paths::Paths;
use crate::{fields, readers};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, Ident, Result};

/// As `Topics::COUNT_MAX` of the ABI.
const TOPICS_MAX: usize = 4;

pub(crate) fn expand(input: &DeriveInput, paths: &Paths) -> Result<TokenStream> {
    let Data::Struct(data) = &input.data else {
        return Err(Error::new_spanned(&input.ident, "expected a struct"));
    };
    let Some(readers) = readers::parse(&input.attrs, paths)? else {
        let expected = "expected `#[readers(…)]`: who may read the event";
        return Err(Error::new_spanned(&input.ident, expected));
    };
    let topics = topics(&data.fields)?;
    let topic_names = topics.iter().map(|topic| fields::unraw(topic));
    let fields = fields::schemas(&data.fields, paths)?;
    let (abi, ident) = (&paths.abi, &input.ident);
    let (name, doc) = (ident.to_string(), first_paragraph(&input.attrs));
    Ok(quote! {
        impl #abi::spec::declare::EventType for #ident {
            const EVENT: #abi::spec::declare::EventSchema = #abi::spec::declare::EventSchema {
                name: #name,
                doc: #doc,
                fields: #fields,
                topics: &[#(#topic_names),*],
                readers: #readers,
            };
        }

        impl #abi::EventData for #ident {
            fn topics(&self) -> #abi::Topics {
                #abi::Topics::new() #(.with(&self.#topics))*
            }
        }
    })
}

fn topics(fields: &Fields) -> Result<Vec<&Ident>> {
    let mut topics = Vec::new();
    for field in fields {
        let Some(attribute) =
            field.attrs.iter().find(|attribute| attribute.path().is_ident("topic"))
        else {
            continue;
        };
        let Some(name) = &field.ident else {
            return Err(Error::new_spanned(attribute, "expected a named field"));
        };
        if topics.len() == TOPICS_MAX {
            return Err(Error::new_spanned(attribute, "expected at most 4 topics"));
        }
        topics.push(name);
    }
    Ok(topics)
}
