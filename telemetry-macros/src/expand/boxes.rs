//! Boxes around futures and streams.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use crate::shape::Boxed;

/// What a box holds, as something that can be polled.
pub(super) fn unboxed(k: &TokenStream, boxed: Option<Boxed>, made: TokenStream) -> TokenStream {
    match boxed {
        Some(Boxed::Unpinned) => quote_spanned!(Span::mixed_site()=> #k::pinned(#made)),
        Some(Boxed::Pinned) | None => made,
    }
}

/// The instrumented form, boxed as the return type wants it.
pub(super) fn reboxed(k: &TokenStream, boxed: Option<Boxed>, wrapped: TokenStream) -> TokenStream {
    match boxed {
        Some(Boxed::Pinned) => quote_spanned!(Span::mixed_site()=> #k::boxed(#wrapped)),
        Some(Boxed::Unpinned) => quote_spanned!(Span::mixed_site()=> #k::boxed_unpinned(#wrapped)),
        None => wrapped,
    }
}
