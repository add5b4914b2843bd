//! Finds the end of an expression; its tokens stay as they were written.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use syn::parse::ParseStream;
use syn::{Expr, Token};

/// The tokens of the next expression; in the inner error, those up to the comma that are none.
pub(super) fn parse(input: ParseStream<'_>) -> syn::Result<Result<TokenStream, TokenStream>> {
    let ahead = input.fork();
    if ahead.parse::<Expr>().is_err() {
        let mut other = TokenStream::new();
        while !input.is_empty() && !input.peek(Token![,]) {
            other.extend([input.parse::<TokenTree>()?]);
        }
        return Ok(Err(other));
    }
    let mut value = TokenStream::new();
    while input.cursor() < ahead.cursor() {
        value.extend([kept_together(input.parse()?)]);
    }
    Ok(Ok(value))
}

/// The `$e` of a macro_rules macro arrives in an invisible group, and the compiler forgets such a
/// group where tokens are rebuilt: `$e * 2` would be `1 + 2 * 2`.
fn kept_together(token: TokenTree) -> TokenTree {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None && is_compound(&group) => {
            let mut visible = Group::new(Delimiter::Parenthesis, group.stream());
            visible.set_span(Span::mixed_site().located_at(group.span()));
            TokenTree::Group(visible)
        }
        other => other,
    }
}

fn is_compound(group: &Group) -> bool {
    matches!(
        syn::parse2(group.stream()),
        Ok(Expr::Binary(_)
            | Expr::Cast(_)
            | Expr::Closure(_)
            | Expr::Range(_)
            | Expr::Reference(_)
            | Expr::Unary(_))
    )
}
