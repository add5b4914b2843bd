//! Tells what an attribute stands on when it stands on the wrong thing.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};

use crate::args::Entry;

const KEYWORDS: &[&str] =
    &["enum", "fn", "impl", "let", "macro_rules", "mod", "static", "struct", "trait", "type", "union", "use"];

pub(crate) fn expect_function(entry: Entry, item: &TokenStream) -> syn::Result<()> {
    let found = Found::of(item);
    let remedy = match found.name.as_str() {
        "fn" => return Ok(()),
        "impl" | "trait" => "use `#[instrument_adapter]` here",
        "extern" => "move it to a function with a body",
        "macro" => "move it to the functions that the macro makes",
        _ => "move it to a function or method",
    };
    Err(found.error(entry, remedy))
}

pub(crate) fn expect_block(item: &TokenStream) -> syn::Result<()> {
    let found = Found::of(item);
    let remedy = match found.name.as_str() {
        "impl" | "trait" => return Ok(()),
        "fn" => "use `#[instrument]` here",
        "macro" => "move it to the blocks that the macro makes",
        _ => "move it to an `impl` block or a `trait`",
    };
    Err(found.error(Entry::InstrumentAdapter, remedy))
}

/// What an attribute stands on.
struct Found {
    name: String,
    span: Span,
}

impl Found {
    fn of(item: &TokenStream) -> Self {
        if let Some(word) = keyword(item) {
            let name = if word == "macro_rules" { "macro".to_owned() } else { word.to_string() };
            return Self { name, span: word.span() };
        }
        // No keyword says it: `name! {..}` or `path::name!(..);`.
        let span = item.clone().into_iter().find(|token| matches!(token, TokenTree::Ident(_)));
        Self { name: "macro".to_owned(), span: span.map_or_else(Span::call_site, |word| word.span()) }
    }

    fn error(&self, entry: Entry, remedy: &str) -> syn::Error {
        syn::Error::new(self.span, format!("`{}` does not fit `{}`; {remedy}", entry.name(), self.name))
    }
}

/// The word that says what an item is.
fn keyword(item: &TokenStream) -> Option<Ident> {
    let mut tokens = item.clone().into_iter().peekable();
    let mut foreign = None;
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
        // `extern "C" fn` is a function, `extern "C" {..}` is not.
        if word == "extern" {
            foreign = Some(word);
        }
    }
    foreign
}

/// `#[telemetry(..)]` where no block reads it.
pub(crate) fn outside_of_block(item: TokenStream) -> TokenStream {
    let message = "`#[telemetry(..)]` belongs on a method of a block under `#[instrument_adapter]`; \
        annotate the block, or use `#[instrument(..)]` on a function";
    let mut tokens = syn::Error::new(Span::call_site(), message).into_compile_error();
    tokens.extend(item);
    tokens
}
