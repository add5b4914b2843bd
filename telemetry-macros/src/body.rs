//! The user's body: one token tree that is moved as a whole and never rebuilt.
//!
//! Rebuilding a stream loses the invisible groups of macro_rules in it, and with them the
//! precedence of `$e * 2`. Whatever has to be known about a body is read from a copy.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};

/// Macros of the standard library that never return from the function around them.
const TAME_MACROS: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "concat",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "env",
    "eprint",
    "eprintln",
    "file",
    "format",
    "format_args",
    "include_bytes",
    "include_str",
    "line",
    "matches",
    "module_path",
    "panic",
    "print",
    "println",
    "stringify",
    "todo",
    "unimplemented",
    "unreachable",
    "vec",
];

/// A block in braces, perhaps inside the invisible group of a `$b:block`.
#[derive(Clone)]
pub(crate) struct Body(Group);

impl Parse for Body {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let ahead = input.fork();
        match ahead.parse()? {
            TokenTree::Group(group) if in_braces(&group) => {
                input.parse::<TokenTree>()?;
                Ok(Self(group))
            }
            other => Err(syn::Error::new(other.span(), "expected a body in `{..}`")),
        }
    }
}

impl ToTokens for Body {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.0.to_tokens(tokens);
    }
}

impl Body {
    /// The body's statements; a copy to look at.
    pub(crate) fn look(&self) -> TokenStream {
        self.block().stream()
    }

    /// The group in braces, out of the invisible groups around it.
    fn block(&self) -> Group {
        let mut group = self.0.clone();
        while group.delimiter() == Delimiter::None {
            match group.stream().into_iter().next() {
                Some(TokenTree::Group(inner)) => group = inner,
                _ => break,
            }
        }
        group
    }

    /// Inner attributes, which must stand first in the new body, and the rest as a block.
    ///
    /// The braces of the block count as generated (no `unused_braces`), yet errors that point at
    /// them point at the user's.
    pub(crate) fn split(&self) -> (TokenStream, TokenTree) {
        let count = inner_attributes(self.look());
        if count == 0 {
            return (TokenStream::new(), self.braced(self.look()));
        }
        let mut tokens = self.look().into_iter();
        let attributes = tokens.by_ref().take(count).collect();
        (attributes, self.braced(tokens.collect()))
    }

    /// The generated body takes the place of this one.
    pub(crate) fn replace(&mut self, tokens: TokenStream) {
        let span = self.block().span();
        self.0 = Group::new(Delimiter::Brace, tokens);
        self.0.set_span(span);
    }

    /// Whether something may leave the body before its end.
    pub(crate) fn may_exit_early(&self) -> bool {
        exits(self.look())
    }

    fn braced(&self, tokens: TokenStream) -> TokenTree {
        let mut group = Group::new(Delimiter::Brace, tokens);
        group.set_span(Span::mixed_site().located_at(self.block().span()));
        TokenTree::Group(group)
    }
}

fn in_braces(group: &Group) -> bool {
    match group.delimiter() {
        Delimiter::Brace => true,
        Delimiter::None => {
            let mut tokens = group.stream().into_iter();
            matches!((tokens.next(), tokens.next()), (Some(TokenTree::Group(inner)), None) if in_braces(&inner))
        }
        _ => false,
    }
}

/// The number of tokens that belong to `#![..]` attributes at the beginning.
pub(crate) fn inner_attributes(tokens: TokenStream) -> usize {
    let mut tokens = tokens.into_iter();
    let mut count = 0;
    loop {
        match (tokens.next(), tokens.next(), tokens.next()) {
            (Some(TokenTree::Punct(pound)), Some(TokenTree::Punct(bang)), Some(TokenTree::Group(_)))
                if pound.as_char() == '#' && bang.as_char() == '!' =>
            {
                count += 3;
            }
            _ => return count,
        }
    }
}

fn exits(tokens: TokenStream) -> bool {
    let mut word = None;
    for token in tokens {
        let mut next = None;
        match &token {
            TokenTree::Group(group) if exits(group.stream()) => return true,
            TokenTree::Ident(ident) if ident == "return" => return true,
            TokenTree::Ident(ident) => next = Some(ident.to_string()),
            TokenTree::Punct(punct) if punct.as_char() == '?' => return true,
            TokenTree::Punct(punct) if punct.as_char() == '!' => {
                if word.take().is_some_and(|word: String| !TAME_MACROS.contains(&word.as_str())) {
                    return true;
                }
            }
            _ => {}
        }
        word = next;
    }
    false
}
