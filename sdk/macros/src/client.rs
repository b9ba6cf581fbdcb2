//! Typed clients: one method per message, with the reply's type.

use crate::fields::braces;
use crate::functions::{Function, Kind, Options};
use crate::paths::Paths;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{DeriveInput, Ident};

pub(crate) fn write(
    input: &DeriveInput,
    options: &Options,
    client: &Ident,
    functions: &[Function<'_>],
    paths: &Paths,
) -> TokenStream {
    let (abi, primitives, visibility) = (&paths.abi, &paths.primitives, &input.vis);
    let (bound, borrow) = match options.kind {
        Kind::Execute => (quote!(#abi::Caller), quote!(&'a mut C)),
        Kind::Query => (quote!(#abi::Querier), quote!(&'a C)),
    };
    let methods = functions.iter().map(|function| method(input, options, function, paths));
    let doc = format!("Typed calls of [`{}`] on one instance.", input.ident);
    quote! {
        #[doc = #doc]
        #visibility struct #client<'a, C> {
            caller: #borrow,
            contract: #primitives::Address,
        }

        impl<'a, C: #bound> #client<'a, C> {
            /// A client of the instance at `contract`.
            pub fn new(caller: #borrow, contract: #primitives::Address) -> Self {
                Self { caller, contract }
            }

            #(#methods)*
        }
    }
}

fn method(
    input: &DeriveInput,
    options: &Options,
    function: &Function<'_>,
    paths: &Paths,
) -> TokenStream {
    let (abi, message) = (&paths.abi, &input.ident);
    let (variant, returns) = (&function.variant.ident, &function.returns);
    let fields = &function.variant.fields;
    let arguments = fields.iter().map(|field| {
        let (name, ty) = (&field.ident, &field.ty);
        quote!(#name: #ty)
    });
    let shape = braces(fields);
    let name = format_ident!("{}", function.name);
    let (receiver, carry, reply) = match options.kind {
        Kind::Execute => (quote!(&mut self), quote!(execute), quote!(C::Reply<#returns>)),
        Kind::Query => (quote!(&self), quote!(query), quote!(C::Answer<#returns>)),
    };
    let doc = &function.doc;
    quote! {
        #[doc = #doc]
        pub fn #name(#receiver, #(#arguments),*) -> #reply {
            let payload = #abi::codec::encode(&#message::#variant #shape);
            self.caller.#carry(self.contract, payload)
        }
    }
}
