//! Writes the judge of a call: which outcome its value means, and what else is noted of the value.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use crate::args::{Messages, Ret};
use crate::operation::Operation;
use crate::return_edge::Returned;

/// The judge that `pick`, the chain for the type of the value, ends with.
///
/// Bounds that the value's type does not meet are reported at the return type.
pub(crate) fn judge(operation: &Operation, pick: &TokenStream, returned: &Returned) -> TokenStream {
    let site = Span::mixed_site();
    let set = &operation.set;
    let method = match operation.messages {
        Some(Messages::Debug) => Ident::new("__pick_debug", returned.span()),
        Some(Messages::Display) => Ident::new("__pick_display", returned.span()),
        Some(Messages::Off) | None => Ident::new("__pick", site),
    };
    let mut judge = quote_spanned!(site=> #pick.#method());
    let notes_errors = set.fallback.as_ref().is_some_and(|set| set.value.on_error);
    if set.error_type.is_none() && set.predicate.is_none() && set.ret.is_none() && !notes_errors {
        return judge;
    }
    judge = quote_spanned!(site=> #pick.__judged(#judge));
    if let Some(set) = &set.error_type {
        // A block may have methods without errors; a function that names one has them.
        let word = if set.is_of_block() { "__error_type_if_any" } else { "__error_type" };
        let (method, function) = (Ident::new(word, returned.span()), &set.value);
        judge = quote_spanned!(site=> #judge.#method(#function));
    }
    if let Some(set) = &set.predicate {
        let method = Ident::new(if set.value.means_error { "__error_if" } else { "__ok_if" }, site);
        let (label, function) = (&set.value.label, &set.value.function);
        judge = quote_spanned!(site=> #judge.#method(#label, #function));
    }
    if notes_errors {
        judge = quote_spanned!(site=> #judge.__noted(&__failed));
    }
    if let Some(set) = &set.ret {
        let word = match set.value {
            Ret::Debug => "__ret_debug",
            Ret::Display => "__ret_display",
        };
        let method = Ident::new(word, returned.span());
        judge = quote_spanned!(site=> #judge.#method());
    }
    judge
}
