//! The names of fields: words, words joined by dots, or texts in quotes.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::spanned::Spanned as _;
use syn::{LitStr, Token};

use super::{By, Field};
use crate::args::expression;
use crate::names::plain;

/// The name of a field, and how it is written.
pub(super) struct Key {
    name: String,
    shown: String,
    tokens: TokenStream,
    /// What a name without dots or quotes names as well.
    variable: Option<Ident>,
}

impl Key {
    pub(super) fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        match input.peek(LitStr) {
            true => Self::quoted(&input.parse()?),
            false => Self::dotted(input),
        }
    }

    fn quoted(literal: &LitStr) -> syn::Result<Self> {
        let tokens = literal.to_token_stream();
        let key = Self { name: literal.value(), shown: tokens.to_string(), tokens, variable: None };
        match key.name.trim().is_empty() {
            true => Err(key.error("this name is empty; write one")),
            false => Ok(key),
        }
    }

    fn dotted(input: ParseStream<'_>) -> syn::Result<Self> {
        let first = word(input, "expected a name; write `name`, `?name`, `%name` or `key = value`")?;
        let mut key = Self {
            name: plain(&first),
            shown: first.to_string(),
            tokens: first.to_token_stream(),
            variable: Some(first),
        };
        while let Some(dot) = input.parse::<Option<Token![.]>>()? {
            let word = word(input, "expected a word behind `.`; write unusual names in quotes")?;
            key.name += &format!(".{}", plain(&word));
            key.shown += &format!(".{word}");
            dot.to_tokens(&mut key.tokens);
            word.to_tokens(&mut key.tokens);
            key.variable = None;
        }
        Ok(key)
    }

    /// `a`, `?a`, `%a`: the variable's name is the field's.
    pub(super) fn alone(self, by: By) -> syn::Result<Field> {
        let (sigil, shown) = (by.sigil(), &self.shown);
        let message = match &self.variable {
            Some(variable) if variable != "self" => return Ok(self.field(by, variable.to_token_stream())),
            Some(_) => format!("`self` is no name; write `key = {sigil}self`"),
            None => match self.name.strip_prefix("self.") {
                Some(rest) => format!("`{shown}` is no name; write `{rest} = {sigil}{shown}`"),
                None => format!("`{shown}` has no value; write `{shown} = {sigil}..`"),
            },
        };
        Err(self.error(&message))
    }

    /// `key = expr`, `key = ?expr`, `key = %expr`.
    pub(super) fn with_value(self, input: ParseStream<'_>) -> syn::Result<Field> {
        let shown = &self.shown;
        let eq: Token![=] = input.parse()?;
        let by = By::parse(input)?;
        if input.is_empty() || input.peek(Token![,]) {
            let message = format!("`{shown}` has no value; write `{shown} = {}..`", by.sigil());
            return Err(syn::Error::new(eq.span(), message));
        }
        match expression::parse(input)? {
            Ok(value) => Ok(self.field(by, value)),
            Err(other) => {
                let message = format!("`{shown}` takes an expression, and this is none");
                Err(syn::Error::new_spanned(other, message))
            }
        }
    }

    pub(super) fn sigil_in_front(&self, by: By) -> syn::Error {
        let (sigil, shown) = (by.sigil(), &self.shown);
        self.error(&format!("`{sigil}` stands before the value; write `{shown} = {sigil}..`"))
    }

    fn field(&self, by: By, value: TokenStream) -> Field {
        Field { name: self.name.clone(), key: self.tokens.clone(), by, value }
    }

    fn error(&self, message: &str) -> syn::Error {
        syn::Error::new_spanned(&self.tokens, message)
    }
}

/// Keywords are words, too: `http.type`.
fn word(input: ParseStream<'_>, message: &str) -> syn::Result<Ident> {
    input.call(Ident::parse_any).map_err(|error| syn::Error::new(error.span(), message))
}
