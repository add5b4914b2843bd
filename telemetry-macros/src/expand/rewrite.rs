//! From `async fn` to a function that returns the future: one state machine instead of two.

use proc_macro2::Span;
use quote::{quote, quote_spanned};
use syn::{ReturnType, Type};

use crate::function::Function;
use crate::inert::{all_built_in, has};

/// Whether no attribute that is left on an `async fn` needs the word `async`.
pub(super) fn may_return_future(function: &Function) -> bool {
    all_built_in(&function.attrs) && !has(&function.attrs, "must_use")
}

/// Lifetimes are captured as by `async fn`: the generated `impl` follows the 2024 rules.
pub(super) fn return_future(function: &mut Function) {
    let site = Span::mixed_site();
    let output = match &function.sig.output {
        ReturnType::Type(_, ty) => quote!(#ty),
        ReturnType::Default => quote_spanned!(site=> ()),
    };
    function.sig.asyncness = None;
    function.sig.output = ReturnType::Type(
        syn::Token![->](site),
        Box::new(Type::Verbatim(quote_spanned!(site=> impl ::core::future::Future<Output = #output>))),
    );
}
