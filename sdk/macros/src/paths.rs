//! Where the generated code finds the crates it names.

use proc_macro2::TokenStream;
use quote::quote;

/// Paths of the two crates that generated code refers to.
pub(crate) struct Paths {
    pub(crate) primitives: TokenStream,
    pub(crate) abi: TokenStream,
}

impl Paths {
    pub(crate) fn direct() -> Self {
        Self { primitives: quote!(::tenor_primitives), abi: quote!(::tenor_abi) }
    }

    pub(crate) fn sdk() -> Self {
        Self { primitives: quote!(::tenor_sdk::primitives), abi: quote!(::tenor_sdk::abi) }
    }
}
