//! `fallback = path` and `fallback(path, on = error)`.

use proc_macro2::{Ident, TokenStream};
use syn::parse::{ParseStream, Parser as _};
use syn::{ExprPath, Token};

use super::split::{Arg, Form};
use super::value::wrong_form;
use super::{at, expression, write};
use crate::diagnostics::unknown;

/// What is called in the place of a call that gave nothing.
#[derive(Clone)]
pub(crate) struct Fallback {
    pub(crate) path: TokenStream,
    /// Errors count as nothing, not only rejections.
    pub(crate) on_error: bool,
}

impl Fallback {
    pub(super) fn parse(usage: &str, arg: &Arg) -> syn::Result<Self> {
        let path = match &arg.form {
            Form::Value(path) => path,
            Form::List(list) if list.is_empty() => {
                let message = format!("`fallback()` names no function; {}", write(usage));
                return Err(syn::Error::new(arg.span, message));
            }
            Form::List(list) => return (|input: ParseStream<'_>| listed(usage, input)).parse2(list.clone()),
            _ => return Err(wrong_form(usage, arg)),
        };
        if path.is_empty() {
            return Err(syn::Error::new(arg.span, format!("`fallback` has no value; {}", write(usage))));
        }
        Ok(Self { path: checked(usage, path.clone())?, on_error: false })
    }
}

/// `path, on = error`
fn listed(usage: &str, input: ParseStream<'_>) -> syn::Result<Fallback> {
    let path = expression::parse(input)?.unwrap_or_else(|other| other);
    let path = checked(usage, path)?;
    let mut fallback = Fallback { path, on_error: false };
    input.parse::<Option<Token![,]>>()?;
    if input.is_empty() {
        return Ok(fallback);
    }
    let key: Ident = input.parse()?;
    if key != "on" {
        let message = unknown("key", &key.to_string(), " in `fallback(..)`", &["on"]);
        return Err(syn::Error::new(key.span(), message));
    }
    input.parse::<Token![=]>()?;
    let when: Ident = input.parse()?;
    fallback.on_error = match when.to_string().as_str() {
        "error" => true,
        "rejection" => false,
        word => {
            let message = unknown("occasion", word, "", &["error", "rejection"]);
            return Err(syn::Error::new(when.span(), message));
        }
    };
    input.parse::<Option<Token![,]>>()?;
    match input.is_empty() {
        true => Ok(fallback),
        false => Err(input.error(format!("unexpected value; {}", write("fallback(path, on = error)")))),
    }
}

fn checked(usage: &str, path: TokenStream) -> syn::Result<TokenStream> {
    match syn::parse2::<ExprPath>(path.clone()) {
        Ok(_) => Ok(path),
        Err(error) => {
            let message =
                format!("`fallback` takes the path of a function with the same parameters; {}", write(usage));
            Err(syn::Error::new(at(&path, error.span()), message))
        }
    }
}
