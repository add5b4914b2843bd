//! Tells what an attribute stands on when it stands on the wrong thing.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};

use crate::args::Entry;

const KEYWORDS: &[&str] =
    &["enum", "fn", "impl", "let", "macro_rules", "mod", "static", "struct", "trait", "type", "union", "use"];

pub(crate) fn expect_function(entry: Entry, item: &TokenStream) -> syn::Result<()> {
    let name = entry.name();
    let (span, found) = match keyword(item) {
        Some(word) if word == "fn" => return Ok(()),
        Some(word) => (word.span(), word.to_string()),
        None => (Span::call_site(), "item of this kind".to_owned()),
    };
    let remedy = match found.as_str() {
        "impl" | "trait" => "use `#[instrument_adapter]` here".to_owned(),
        _ => "move it to a function or method".to_owned(),
    };
    Err(syn::Error::new(span, format!("`{name}` does not fit `{found}`; {remedy}")))
}

pub(crate) fn expect_block(item: &TokenStream) -> syn::Result<Ident> {
    let name = Entry::InstrumentAdapter.name();
    let (span, found) = match keyword(item) {
        Some(word) if word == "impl" || word == "trait" => return Ok(word),
        Some(word) => (word.span(), word.to_string()),
        None => (Span::call_site(), "item of this kind".to_owned()),
    };
    let remedy = match found.as_str() {
        "fn" => "use `#[instrument]` here",
        _ => "move it to an `impl` block or a `trait`",
    };
    Err(syn::Error::new(span, format!("`{name}` does not fit `{found}`; {remedy}")))
}

/// The word that says what an item is.
fn keyword(item: &TokenStream) -> Option<Ident> {
    let mut tokens = item.clone().into_iter().peekable();
    while let Some(token) = tokens.next() {
        let TokenTree::Ident(word) = token else { continue };
        if KEYWORDS.iter().any(|keyword| word == keyword) {
            return Some(word);
        }
        // `const fn`, `const unsafe fn` and `const impl` are not constants.
        if word == "const" {
            let modifies = ["fn", "unsafe", "async", "extern", "impl", "trait"];
            match tokens.peek() {
                Some(TokenTree::Ident(next)) if modifies.iter().any(|word| next == word) => {}
                _ => return Some(word),
            }
        }
    }
    None
}

/// `#[telemetry(..)]` where no block reads it.
pub(crate) fn outside_of_block(item: TokenStream) -> TokenStream {
    let message = "`#[telemetry(..)]` belongs on a method of a block under `#[instrument_adapter]`; \
        annotate the block, or use `#[instrument(..)]` on a function";
    let mut tokens = syn::Error::new(Span::call_site(), message).into_compile_error();
    tokens.extend(item);
    tokens
}
