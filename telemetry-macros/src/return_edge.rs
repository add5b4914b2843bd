//! The return type inside the body: it gives the body's `return`, `?` and tail their expected type.

use std::iter::Peekable;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{ReturnType, Type};

use crate::runtime_path::RuntimePath;

/// The return type as it may stand in an expression: `impl ..` is `_` there.
pub(crate) struct Returned {
    tokens: TokenStream,
    /// Not written out in full.
    pub(crate) opaque: bool,
    /// Nothing of it is written.
    inferred: bool,
    span: Span,
}

impl Returned {
    pub(crate) fn of_output(output: &ReturnType, fallback: Span) -> Self {
        match output {
            ReturnType::Type(_, ty) => Self::of_type(ty),
            ReturnType::Default => {
                let unit = quote_spanned!(Span::mixed_site()=> ());
                Self { tokens: unit, opaque: false, inferred: false, span: at(fallback) }
            }
        }
    }

    pub(crate) fn of_type(ty: &Type) -> Self {
        let tokens = ty.to_token_stream();
        let span = at(ty.span());
        match mentions_impl(&tokens) {
            true => {
                let inferred = matches!(ty, Type::ImplTrait(_));
                Self { tokens: erase_impl(tokens), opaque: true, inferred, span }
            }
            false => Self { tokens, opaque: false, inferred: false, span },
        }
    }

    /// A type of which nothing is known but that the output holds it.
    pub(crate) fn inferred(output: &ReturnType) -> Self {
        let span = match output {
            ReturnType::Type(_, ty) => ty.span(),
            ReturnType::Default => output.span(),
        };
        Self { tokens: quote_spanned!(Span::mixed_site()=> _), opaque: true, inferred: true, span: at(span) }
    }

    /// Generated code that reports its errors at the return type.
    pub(crate) fn span(&self) -> Span {
        self.span
    }

    /// A branch that is never taken, for bodies that are no closures.
    pub(crate) fn edge(&self, runtime: &RuntimePath) -> TokenStream {
        if self.inferred {
            return TokenStream::new();
        }
        let k = runtime.private();
        quote_spanned! {Span::mixed_site()=>
            if false { return #k::edge::<#self>(); }
        }
    }
}

impl ToTokens for Returned {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.tokens.clone());
    }
}

fn at(user: Span) -> Span {
    Span::mixed_site().located_at(user)
}

fn mentions_impl(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == "impl",
        TokenTree::Group(group) => mentions_impl(&group.stream()),
        _ => false,
    })
}

/// Replaces every `impl ..` by `_`.
fn erase_impl(tokens: TokenStream) -> TokenStream {
    let mut erased = TokenStream::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(word) if word == "impl" => {
                erased.extend([TokenTree::Ident(Ident::new("_", Span::mixed_site()))]);
                skip_bounds(&mut tokens);
            }
            TokenTree::Group(group) => erased.extend([TokenTree::Group(inside(&group))]),
            other => erased.extend([other]),
        }
    }
    erased
}

/// Bounds end at `,`, `;` or the `>` of a list around them; the `>` of `->` is none.
fn skip_bounds(tokens: &mut Peekable<impl Iterator<Item = TokenTree>>) {
    let (mut depth, mut arrow) = (0_usize, false);
    while let Some(token) = tokens.peek() {
        let mark = match token {
            TokenTree::Punct(punct) => punct.as_char(),
            _ => ' ',
        };
        match mark {
            ',' | ';' if depth == 0 => return,
            '>' if !arrow && depth == 0 => return,
            '>' if !arrow => depth -= 1,
            '<' => depth += 1,
            _ => {}
        }
        arrow = mark == '-';
        tokens.next();
    }
}

fn inside(group: &Group) -> Group {
    if group.delimiter() != Delimiter::Brace && mentions_impl(&group.stream()) {
        let mut erased = Group::new(group.delimiter(), erase_impl(group.stream()));
        erased.set_span(group.span());
        return erased;
    }
    group.clone()
}

#[cfg(test)]
mod tests {
    use super::Returned;
    use quote::ToTokens as _;

    fn erased(ty: &str) -> String {
        Returned::of_type(&syn::parse_str(ty).expect("type")).to_token_stream().to_string().replace(' ', "")
    }

    #[test]
    fn opaque_types_become_inferred() {
        assert_eq!(erased("impl Iterator<Item = (u8, u8)> + 'a"), "_");
        assert_eq!(erased("Result<Vec<impl Copy>, E>"), "Result<Vec<_>,E>");
        assert_eq!(erased("(impl Fn(u32) -> u32, u8)"), "(_,u8)");
        assert_eq!(erased("Option<Box<impl Fn(u8) -> Vec<u8>>>"), "Option<Box<_>>");
        assert_eq!(erased("[impl Copy; 3]"), "[_;3]");
    }

    #[test]
    fn other_types_stay_as_they_are() {
        assert_eq!(erased("<<A as T>::O as T>::O"), "<<AasT>::OasT>::O");
        assert_eq!(erased("fn(u32) -> u32"), "fn(u32)->u32");
    }
}
