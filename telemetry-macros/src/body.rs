//! The user's body: one token tree that is moved as a whole and never rebuilt.
//!
//! Rebuilding a stream loses the invisible groups of macro_rules in it, and with them the
//! precedence of `$e * 2`. Whatever has to be known about a body is read from a copy.

use proc_macro2::{Delimiter, Group, Ident, Spacing, Span, TokenStream, TokenTree};
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

    /// Inner attributes, which must stand first in the new body, and the body as a block.
    ///
    /// The braces of the block count as generated (no `unused_braces`), yet errors that point at
    /// them point at the user's. Levels of lints may stand on both, so that a block with no other
    /// inner attributes stays as it is; taking others off it rebuilds its statements.
    pub(crate) fn split(&self) -> (TokenStream, TokenTree) {
        let count = inner_attributes(self.look());
        let mut tokens = self.look().into_iter();
        let attributes: TokenStream = tokens.by_ref().take(count).collect();
        if sets_lints_only(attributes.clone()) {
            return (attributes, self.braced(self.look()));
        }
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

    /// Whether a name occurs anywhere, also inside a format string.
    pub(crate) fn mentions(&self, name: &Ident) -> bool {
        mentions(self.look(), &name.to_string())
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

/// Whether all of some inner attributes are levels of lints that may be set twice.
fn sets_lints_only(attributes: TokenStream) -> bool {
    attributes.into_iter().all(|token| match token {
        TokenTree::Group(group) => {
            let first = group.stream().into_iter().next();
            matches!(first, Some(TokenTree::Ident(word)) if word == "allow" || word == "warn" || word == "deny")
        }
        _ => true,
    })
}

pub(crate) fn mentions(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => mentions(group.stream(), name),
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Literal(literal) => literal.to_string().contains(name),
        TokenTree::Punct(_) => false,
    })
}

fn exits(tokens: TokenStream) -> bool {
    let mut word = String::new();
    for token in tokens {
        let before = std::mem::take(&mut word);
        let leaves = match &token {
            TokenTree::Group(group) => exits(group.stream()),
            TokenTree::Ident(ident) => {
                word = ident.to_string();
                word == "return"
            }
            TokenTree::Punct(punct) => match punct.as_char() {
                '?' => true,
                // `name!`, but not `name != other`.
                '!' if punct.spacing() == Spacing::Alone && !before.is_empty() => {
                    !TAME_MACROS.contains(&before.as_str())
                }
                _ => false,
            },
            TokenTree::Literal(_) => false,
        };
        if leaves {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::Body;

    fn may_exit_early(body: &str) -> bool {
        syn::parse_str::<Body>(body).expect("body").may_exit_early()
    }

    #[test]
    fn early_exits_are_seen() {
        for body in ["{ if a { return 1; } 2 }", "{ a()?; 1 }", "{ bail!(1) }", "{ f({ return }) }"] {
            assert!(may_exit_early(body), "{body}");
        }
    }

    #[test]
    fn plain_bodies_stay_inline() {
        for body in ["{ a != b }", "{ assert!(a, \"{}\", b); !c }", "{ vec![1] }", "{ loop { break 1 } }"] {
            assert!(!may_exit_early(body), "{body}");
        }
    }
}
