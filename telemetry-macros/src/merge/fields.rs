//! Adds fields to a generated body, in front of the user's block.

use proc_macro2::{Delimiter, Literal, TokenStream, TokenTree};

use super::regroup;
use crate::args::Field;
use crate::fields::{recorded, statements};
use crate::shape::Shape;

type Tokens = Vec<TokenTree>;

/// What becomes of a field whose name an earlier attribute has taken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Duplicate {
    /// On a method, its own attribute wins over its block's.
    Replace,
    Refuse,
}

/// The generated body with `fields`; `None` if something else has rewritten it.
pub(super) fn insert(
    body: Tokens,
    shape: &Shape,
    fields: &[Field],
    duplicate: Duplicate,
    k: &TokenStream,
) -> Option<syn::Result<Tokens>> {
    let path = around_block(&body, shape)?;
    Some(edit(body, &path, &|mut tokens| {
        let block = tokens.pop();
        tokens = match recording(&tokens) {
            Some(path) => edit(tokens, &path, &|earlier| extended(&earlier, fields, duplicate, k))?,
            None => tokens.into_iter().chain(recorded(fields, k)).collect(),
        };
        tokens.extend(block);
        Ok(tokens)
    }))
}

/// The way to the group whose last token is the user's block: an index for each level.
fn around_block(body: &[TokenTree], shape: &Shape) -> Option<Vec<usize>> {
    if let Some(at) = future(body) {
        return Some(vec![at]);
    }
    let wrapper =
        |at: &usize| *at > 0 && (is(&body[at - 1], "Instrumented") || is(&body[at - 1], "Protected"));
    if let Some(at) = (0..body.len()).find(wrapper) {
        return Some(vec![at, future(&inside(&body[at])?)?]);
    }
    match shape {
        Shape::Unit => group(body.last()?, Delimiter::Brace).then(Vec::new),
        Shape::Value => value(body),
        _ => None,
    }
}

/// `async move {..}`
fn future(tokens: &[TokenTree]) -> Option<usize> {
    let at = tokens.windows(2).position(|pair| is(&pair[0], "async") && is(&pair[1], "move"))? + 2;
    group(tokens.get(at)?, Delimiter::Brace).then_some(at)
}

/// `let __r = k::once(move || -> T {..});` or `let __r: T = {..};`
fn value(body: &[TokenTree]) -> Option<Vec<usize>> {
    let start = body.windows(2).position(|pair| is(&pair[0], "let") && is(&pair[1], "__r"))?;
    let at = start + body[start..].iter().position(|token| punct(token, ';'))? - 1;
    if group(&body[at], Delimiter::Brace) {
        return Some(vec![at]);
    }
    let closure = inside(&body[at])?;
    group(closure.last()?, Delimiter::Brace).then(|| vec![at, closure.len() - 1])
}

/// The way to the statements at the end of `tokens`, `if k::recording() { k::once(|| {..}); }`.
fn recording(tokens: &[TokenTree]) -> Option<Vec<usize>> {
    let [.., name, _, block] = tokens else { return None };
    if !is(name, "recording") {
        return None;
    }
    let block = inside(block)?;
    let at = block.len().checked_sub(2)?;
    let closure = inside(&block[at])?;
    Some(vec![tokens.len() - 1, at, closure.len().checked_sub(1)?])
}

fn extended(
    earlier: &[TokenTree],
    fields: &[Field],
    duplicate: Duplicate,
    k: &TokenStream,
) -> syn::Result<Tokens> {
    let mut kept = Tokens::new();
    for statement in earlier.split_inclusive(|token| punct(token, ';')) {
        match fields.iter().find(|field| names(statement, &field.name)) {
            None => kept.extend_from_slice(statement),
            Some(_) if duplicate == Duplicate::Replace => {}
            Some(field) => return Err(syn::Error::new_spanned(&field.key, super::set_twice(&field.name))),
        }
    }
    kept.extend(statements(fields, k));
    Ok(kept)
}

/// Whether a statement is `k::field("name", ..);`.
fn names(statement: &[TokenTree], name: &str) -> bool {
    let arguments = statement.iter().rev().find_map(inside);
    let first = arguments.and_then(|arguments| arguments.into_iter().next());
    first.is_some_and(|first| first.to_string() == Literal::string(name).to_string())
}

/// Changes the tokens at the end of `path`, and nothing beside it.
fn edit(
    mut tokens: Tokens,
    path: &[usize],
    change: &dyn Fn(Tokens) -> syn::Result<Tokens>,
) -> syn::Result<Tokens> {
    let Some((at, rest)) = path.split_first() else {
        return change(tokens);
    };
    if let TokenTree::Group(group) = &tokens[*at] {
        let inner = edit(group.stream().into_iter().collect(), rest, change)?;
        tokens[*at] = TokenTree::Group(regroup(group, inner));
    }
    Ok(tokens)
}

fn inside(token: &TokenTree) -> Option<Tokens> {
    match token {
        TokenTree::Group(group) => Some(group.stream().into_iter().collect()),
        _ => None,
    }
}

fn is(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

fn punct(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark)
}

fn group(token: &TokenTree, delimiter: Delimiter) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == delimiter)
}
