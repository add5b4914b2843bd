//! What is asked of tokens.

use std::ops::Range;

use proc_macro2::{Delimiter, Group, TokenTree};

/// The bytes of a token in its file.
pub(crate) fn place(token: &TokenTree) -> Range<usize> {
    token.span().byte_range()
}

pub(crate) fn is_ident(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

pub(crate) fn is_punct(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}

pub(crate) fn as_group(token: &TokenTree) -> Option<&Group> {
    match token {
        TokenTree::Group(group) => Some(group),
        _ => None,
    }
}

/// The outer attributes that `rest` begins with, and what follows them.
pub(crate) fn attributes(mut rest: &[TokenTree]) -> (Vec<&Group>, &[TokenTree]) {
    let mut attributes = Vec::new();
    while let [sign, TokenTree::Group(group), after @ ..] = rest
        && is_punct(sign, '#')
        && group.delimiter() == Delimiter::Bracket
    {
        attributes.push(group);
        rest = after;
    }
    (attributes, rest)
}

/// What follows the inner attributes that `rest` begins with.
pub(crate) fn without_inner(mut rest: &[TokenTree]) -> &[TokenTree] {
    while let [sign, bang, TokenTree::Group(_), after @ ..] = rest
        && is_punct(sign, '#')
        && is_punct(bang, '!')
    {
        rest = after;
    }
    rest
}

/// The first item of `rest` up to its body, which is missing if a semicolon or the next item ends it.
pub(crate) fn until_body(rest: &[TokenTree]) -> (&[TokenTree], Option<&Group>) {
    for (at, token) in rest.iter().enumerate() {
        // Braces of a constant argument.
        let is_argument = rest.get(at + 1).is_some_and(|next| is_punct(next, '>') || is_punct(next, ','));
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace && !is_argument => {
                return (&rest[..at], Some(group));
            }
            token if is_punct(token, ';') || is_punct(token, '#') => return (&rest[..at], None),
            _ => {}
        }
    }
    (rest, None)
}

/// What a function is called; empty if the item is none.
pub(crate) fn function_name(item: &[TokenTree]) -> String {
    let mut after = item.iter().skip_while(|token| !is_ident(token, "fn")).skip(1);
    match (after.next(), after.next()) {
        (Some(sign), Some(name)) if is_punct(sign, '$') => format!("${name}"),
        (Some(name), _) => name.to_string(),
        _ => String::new(),
    }
}

/// A block by its head, without bounds; a fragment by itself.
pub(crate) fn head(text: &str, item: &[TokenTree]) -> String {
    let head = item.split(|token| is_ident(token, "where")).next().unwrap_or(item);
    let (Some(first), Some(last)) = (head.first(), head.last()) else { return String::new() };
    text[place(first).start..place(last).end].split_whitespace().collect::<Vec<_>>().join(" ")
}
