//! Cuts the tokens of an attribute into arguments, so that one mistake does not hide the next.

use proc_macro2::{Delimiter, Ident, Literal, Span, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser as _};

use super::expression;
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

impl Form {
    /// As it is written.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Word => String::new(),
            Self::Value(tokens) | Self::List(tokens) => tokens.to_string(),
            Self::Literal(literal) => literal.to_string(),
        }
    }
}

/// Keys whose value is an expression, in which commas do not always end it.
const EXPRESSIONS: [&str; 6] = ["error_if", "error_type", "fallback", "links", "ok_if", "parent"];

/// Splits at commas; a piece that is no argument becomes a diagnostic.
pub(super) fn split(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Vec<Arg> {
    let mut args = Vec::new();
    let mut piece = Vec::new();
    let mut tokens = tokens.into_iter();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(comma) if comma.as_char() == ',' => {
                if piece.is_empty() {
                    diagnostics.push(comma.span(), "expected a key before `,`; remove this comma");
                } else {
                    read_pieces(std::mem::take(&mut piece), &mut args, diagnostics);
                }
            }
            TokenTree::Punct(eq) if eq.as_char() == '=' && wants_expression(&piece) => {
                let Some(TokenTree::Ident(key)) = piece.pop() else { continue };
                if !piece.is_empty() {
                    read_pieces(std::mem::take(&mut piece), &mut args, diagnostics);
                    let message = format!("missing comma; write `,` before `{key}`");
                    diagnostics.push(key.span(), message);
                }
                let (value, rest) = expression_before(tokens.collect());
                args.push(Arg { word: key.to_string(), span: key.span(), form: Form::Value(value) });
                tokens = after_value(rest, diagnostics).into_iter();
            }
            other => piece.push(other),
        }
    }
    if !piece.is_empty() {
        read_pieces(piece, &mut args, diagnostics);
    }
    args
}

fn wants_expression(piece: &[TokenTree]) -> bool {
    matches!(piece.last(), Some(TokenTree::Ident(key)) if EXPRESSIONS.iter().any(|word| key == word))
}

/// The expression at the beginning, and what follows it; without one, the tokens up to the comma.
fn expression_before(tokens: TokenStream) -> (TokenStream, TokenStream) {
    let read = |input: ParseStream<'_>| {
        let value = expression::parse(input)?.unwrap_or_else(|other| other);
        Ok((value, input.parse()?))
    };
    read.parse2(tokens).unwrap_or_default()
}

/// What stands behind the comma that ends a value.
fn after_value(rest: TokenStream, diagnostics: &mut Diagnostics) -> TokenStream {
    let mut tokens = rest.clone().into_iter();
    match tokens.next() {
        Some(TokenTree::Punct(comma)) if comma.as_char() == ',' => tokens.collect(),
        Some(next) => {
            diagnostics.push(next.span(), format!("missing comma; write `,` before `{next}`"));
            rest
        }
        None => rest,
    }
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
        [
            TokenTree::Ident(_),
            TokenTree::Punct(eq),
            value,
            TokenTree::Ident(_) | TokenTree::Literal(_),
            ..,
        ] if eq.as_char() == '=' && !matches!(value, TokenTree::Punct(_)) => 3,
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
