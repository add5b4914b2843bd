//! Cuts the tokens of an attribute into arguments, so that one mistake does not hide the next.

use proc_macro2::{Delimiter, Ident, Literal, Span, TokenStream, TokenTree};

use crate::diagnostics::Diagnostics;

/// One argument: its key as written and what stands behind it.
pub(super) struct Arg {
    pub(super) word: String,
    pub(super) span: Span,
    pub(super) form: Form,
}

pub(super) enum Form {
    /// `key`
    Word,
    /// `key = ..`
    Value(TokenStream),
    /// `key(..)`
    List(TokenStream),
    /// `"text"`
    Literal(Literal),
}

/// Splits at commas; a piece that is no argument becomes a diagnostic.
pub(super) fn split(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Vec<Arg> {
    let mut args = Vec::new();
    let mut piece = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Punct(comma) if comma.as_char() == ',' => {
                if piece.is_empty() {
                    diagnostics.push(comma.span(), "expected a key before `,`; remove this comma");
                } else {
                    read_pieces(std::mem::take(&mut piece), &mut args, diagnostics);
                }
            }
            other => piece.push(other),
        }
    }
    if !piece.is_empty() {
        read_pieces(piece, &mut args, diagnostics);
    }
    args
}

/// Reads what stands between two commas, one argument unless a comma is missing.
fn read_pieces(piece: Vec<TokenTree>, args: &mut Vec<Arg>, diagnostics: &mut Diagnostics) {
    let mut rest = piece;
    while let Some(at) = missing_comma(&rest) {
        let behind = rest.split_off(at);
        diagnostics.push(behind[0].span(), format!("missing comma; write `,` before `{}`", behind[0]));
        args.extend(diagnostics.keep(read(rest)));
        rest = behind;
    }
    args.extend(diagnostics.keep(read(rest)));
}

/// Where a second argument begins: at a word that follows a complete argument.
fn missing_comma(piece: &[TokenTree]) -> Option<usize> {
    let complete = match piece {
        [TokenTree::Literal(_), _, ..] => 1,
        [TokenTree::Ident(_), TokenTree::Group(group), _, ..] if group.delimiter() != Delimiter::None => 2,
        [TokenTree::Ident(_), TokenTree::Ident(_) | TokenTree::Literal(_), ..] => 1,
        [TokenTree::Ident(_), TokenTree::Punct(eq), _, TokenTree::Ident(_) | TokenTree::Literal(_), ..]
            if eq.as_char() == '=' =>
        {
            3
        }
        _ => return None,
    };
    Some(complete)
}

fn read(piece: Vec<TokenTree>) -> syn::Result<Arg> {
    let mut tokens = piece.into_iter();
    let Some(first) = tokens.next() else {
        return Err(syn::Error::new(Span::call_site(), "expected a key"));
    };
    match first {
        TokenTree::Ident(key) => read_keyed(&key, tokens),
        TokenTree::Literal(literal) => {
            Ok(Arg { word: "provider".to_owned(), span: literal.span(), form: Form::Literal(literal) })
        }
        // A `$name:literal` of a macro_rules macro arrives inside an invisible group.
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
            read(group.stream().into_iter().chain(tokens).collect())
        }
        other => Err(syn::Error::new(
            other.span(),
            format!("expected a key, found `{other}`; write `key = value`"),
        )),
    }
}

fn read_keyed(key: &Ident, mut tokens: impl Iterator<Item = TokenTree>) -> syn::Result<Arg> {
    let word = key.to_string();
    let form = match tokens.next() {
        None => Form::Word,
        Some(TokenTree::Punct(eq)) if eq.as_char() == '=' => Form::Value(tokens.by_ref().collect()),
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
            Form::List(group.stream())
        }
        Some(other) => {
            let message = format!("unexpected `{other}` after `{word}`; write `{word} = ..` or `{word}(..)`");
            return Err(syn::Error::new(other.span(), message));
        }
    };
    Ok(Arg { word, span: key.span(), form })
}
