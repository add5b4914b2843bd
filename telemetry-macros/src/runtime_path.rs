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

    /// `path` with its errors reported at `user`.
    pub(crate) fn at(path: &TokenStream, user: Span) -> TokenStream {
        let moved = path.clone().into_iter().map(|mut token| {
            token.set_span(token.span().located_at(user));
            token
        });
        moved.collect()
    }

    /// The hidden module that only generated code names.
    pub(crate) fn private(&self) -> TokenStream {
        let root = &self.0;
        quote_spanned!(Span::mixed_site()=> #root::__private)
    }
}
