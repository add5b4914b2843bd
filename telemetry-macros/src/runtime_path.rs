//! Where the generated code finds the runtime.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Path;

/// The path of the runtime crate, `::telemetry_runtime` unless `crate = path` says otherwise.
#[derive(Clone)]
pub(crate) struct RuntimePath(TokenStream);

impl RuntimePath {
    pub(crate) fn new(path: Option<&Path>) -> Self {
        Self(match path {
            Some(path) => quote!(#path),
            None => quote_spanned!(Span::mixed_site()=> ::telemetry_runtime),
        })
    }

    pub(crate) fn root(&self) -> &TokenStream {
        &self.0
    }

    /// The hidden module that only generated code names.
    pub(crate) fn private(&self) -> TokenStream {
        let root = &self.0;
        quote_spanned!(Span::mixed_site()=> #root::__private)
    }
}
