//! `fields(a, ?b, %c, key = expr, key = ?expr, key = %expr)`.

mod key;
mod names;

use proc_macro2::{TokenStream, TokenTree};
use syn::Token;
use syn::parse::{ParseStream, Parser as _};

use self::key::Key;
use super::split::{Arg, Form};
use super::value::wrong_form;
use crate::diagnostics::Diagnostics;

/// An attribute of the span, evaluated only while a span is recorded.
#[derive(Clone)]
pub(crate) struct Field {
    pub(crate) name: String,
    /// As it is written.
    pub(crate) key: TokenStream,
    pub(crate) by: By,
    pub(crate) value: TokenStream,
}

/// How a value becomes an attribute.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    Value,
    Debug,
    Display,
}

impl By {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.parse::<Option<Token![?]>>()?.is_some() {
            return Ok(Self::Debug);
        }
        Ok(input.parse::<Option<Token![%]>>()?.map_or(Self::Value, |_| Self::Display))
    }

    fn sigil(self) -> &'static str {
        match self {
            Self::Value => "",
            Self::Debug => "?",
            Self::Display => "%",
        }
    }
}

/// What a list names, and the names that it must not use.
#[derive(Clone, Copy)]
pub(super) struct Rules {
    what: &'static str,
    refuse: fn(&str) -> Option<String>,
}

/// Attributes of spans.
pub(super) const FIELD: Rules = Rules { what: "field", refuse: names::refuse_field };
/// Labels of metrics.
pub(super) const LABEL: Rules = Rules { what: "label", refuse: names::refuse_label };

pub(super) fn parse(
    rules: Rules,
    usage: &str,
    arg: &Arg,
    diagnostics: &mut Diagnostics,
) -> syn::Result<Vec<Field>> {
    match &arg.form {
        Form::List(list) if list.is_empty() => {
            let (word, what) = (&arg.word, rules.what);
            let message = format!("`{word}()` is empty; name a {what}, as in `{word}(id)`");
            Err(syn::Error::new(arg.span, message))
        }
        Form::List(list) => (|input: ParseStream<'_>| all(rules, input, diagnostics)).parse2(list.clone()),
        _ => Err(wrong_form(usage, arg)),
    }
}

/// A method's fields behind those of its block; of two with one name, the method's.
pub(super) fn over(own: &[Field], block: &[Field]) -> Vec<Field> {
    let is_own = |field: &&Field| own.iter().any(|other| other.name == field.name);
    let inherited = block.iter().filter(|field| !is_own(field));
    inherited.chain(own).cloned().collect()
}

/// A mistake in one field does not hide those of the next.
fn all(rules: Rules, input: ParseStream<'_>, diagnostics: &mut Diagnostics) -> syn::Result<Vec<Field>> {
    let mut fields = Vec::<Field>::new();
    while !input.is_empty() {
        let field = field(input).and_then(|field| checked(rules, field, &fields));
        let complete = field.and_then(|field| end(input).map(|()| field));
        fields.extend(diagnostics.keep(complete));
        while !input.is_empty() && !input.peek(Token![,]) {
            input.parse::<TokenTree>()?;
        }
        input.parse::<Option<Token![,]>>()?;
    }
    Ok(fields)
}

fn field(input: ParseStream<'_>) -> syn::Result<Field> {
    let by = By::parse(input)?;
    let key = Key::parse(input)?;
    if !input.peek(Token![=]) {
        end(input)?;
        return key.alone(by);
    }
    match by {
        By::Value => key.with_value(input),
        _ => Err(key.sigil_in_front(by)),
    }
}

fn checked(rules: Rules, field: Field, earlier: &[Field]) -> syn::Result<Field> {
    let (name, what) = (&field.name, rules.what);
    if earlier.iter().any(|other| other.name == *name) {
        let message = format!("the {what} `{name}` is named more than once; keep one");
        return Err(syn::Error::new_spanned(&field.key, message));
    }
    match (rules.refuse)(name) {
        Some(message) => Err(syn::Error::new_spanned(&field.key, message)),
        None => Ok(field),
    }
}

/// A field ends at a comma.
fn end(input: ParseStream<'_>) -> syn::Result<()> {
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(());
    }
    let next: TokenTree = input.parse()?;
    let message = match &next {
        TokenTree::Ident(_) | TokenTree::Literal(_) => format!("missing comma; write `,` before `{next}`"),
        TokenTree::Group(_) => "unexpected group; write `key = ..` to record an expression".to_owned(),
        TokenTree::Punct(_) => format!(
            "unexpected `{next}`; write `key = ..` to record an expression, and unusual names in quotes"
        ),
    };
    Err(syn::Error::new(next.span(), message))
}
