//! `fields(a, ?b, %c, key = expr, key = ?expr, key = %expr)`.

mod expression;
mod key;

use proc_macro2::{TokenStream, TokenTree};
use syn::Token;
use syn::parse::{ParseStream, Parser as _};

use self::key::Key;
use super::Set;
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

pub(super) fn parse(usage: &str, arg: &Arg, diagnostics: &mut Diagnostics) -> syn::Result<Vec<Field>> {
    match &arg.form {
        Form::List(list) if list.is_empty() => {
            Err(syn::Error::new(arg.span, "`fields()` is empty; name a field, as in `fields(id)`"))
        }
        Form::List(list) => (|input: ParseStream<'_>| all(input, diagnostics)).parse2(list.clone()),
        _ => Err(wrong_form(usage, arg)),
    }
}

/// A method's fields behind those of its block; of two with one name, the method's.
pub(super) fn over(own: Option<Set<Vec<Field>>>, block: Option<&Set<Vec<Field>>>) -> Option<Set<Vec<Field>>> {
    let (Some(own), Some(block)) = (&own, block) else {
        return own.or_else(|| block.cloned());
    };
    let is_own = |field: &&Field| own.value.iter().any(|other| other.name == field.name);
    let inherited = block.value.iter().filter(|field| !is_own(field));
    Some(Set { key: own.key, value: inherited.chain(&own.value).cloned().collect() })
}

/// A mistake in one field does not hide those of the next.
fn all(input: ParseStream<'_>, diagnostics: &mut Diagnostics) -> syn::Result<Vec<Field>> {
    let mut fields = Vec::<Field>::new();
    while !input.is_empty() {
        let field = field(input).and_then(|field| checked(field, &fields));
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

fn checked(field: Field, earlier: &[Field]) -> syn::Result<Field> {
    let name = &field.name;
    if earlier.iter().any(|other| other.name == *name) {
        let message = format!("the field `{name}` is named more than once; keep one");
        return Err(syn::Error::new_spanned(&field.key, message));
    }
    if is_reserved(name) {
        let message = format!("`{name}` is an attribute that the toolkit sets; choose another name");
        return Err(syn::Error::new_spanned(&field.key, message));
    }
    Ok(field)
}

fn is_reserved(name: &str) -> bool {
    matches!(name, "provider" | "operation" | "error.type" | "peer.service")
        || name.starts_with("code.")
        || name.starts_with("otel.")
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
