//! Functions: read without their body, rewritten in place.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::{Attribute, Signature, Token, Visibility};

use crate::args::{Entry, Settings};
use crate::body::Body;
use crate::diagnostics::Diagnostics;
use crate::expand;
use crate::expansion::Expansion;
use crate::merge;
use crate::operation::{Operation, Owner};
use crate::wrong_item;

/// A function or method; its body stays one token tree.
#[derive(Clone)]
pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    vis: Visibility,
    default: Option<Ident>,
    pub(crate) sig: Signature,
    /// `None` for a method that a trait requires.
    pub(crate) body: Option<Body>,
    semi: Option<Token![;]>,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        Self::parse_after(attrs, input)
    }
}

impl Function {
    pub(crate) fn parse_after(attrs: Vec<Attribute>, input: ParseStream<'_>) -> syn::Result<Self> {
        let vis = input.parse()?;
        let default = match input.peek(Token![default]) {
            true => Some(syn::ext::IdentExt::parse_any(input)?),
            false => None,
        };
        let sig = input.parse()?;
        let semi: Option<Token![;]> = input.parse()?;
        let body = match semi {
            Some(_) => None,
            None => Some(input.parse()?),
        };
        Ok(Self { attrs, vis, default, sig, body, semi })
    }
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        for attr in &self.attrs {
            attr.to_tokens(tokens);
        }
        self.vis.to_tokens(tokens);
        self.default.to_tokens(tokens);
        self.sig.to_tokens(tokens);
        self.body.to_tokens(tokens);
        self.semi.to_tokens(tokens);
    }
}

/// The attributes on functions; on a mistake the item stays as it was, beside the diagnostics.
pub(crate) fn attribute(entry: Entry, args: TokenStream, item: TokenStream) -> Expansion {
    let item = without_group(item);
    let mut diagnostics = Diagnostics::default();
    let settings = Settings::parse(entry, args, &mut diagnostics);
    let expanded = diagnostics.keep(expand_function(entry, settings, item.clone()));
    match expanded {
        Some(instrumented) if diagnostics.is_empty() => Expansion { instrumented, plain: item },
        _ => Expansion::refused(diagnostics, item),
    }
}

fn expand_function(entry: Entry, settings: Settings, item: TokenStream) -> syn::Result<TokenStream> {
    wrong_item::expect_function(entry, &item)?;
    let mut function = Function::parse.parse2(item)?;
    if let Some(constness) = &function.sig.constness {
        return Err(syn::Error::new(constness.span, const_fn(entry.name())));
    }
    if function.body.is_none() {
        let message =
            format!("`{}` needs a body; put it on the implementations or on a default body", entry.name());
        return Err(syn::Error::new(function.sig.ident.span(), message));
    }
    if let Some(merged) = merge::with_earlier(&function, settings.clone()) {
        return merged.map(ToTokens::into_token_stream);
    }
    let operation = Operation::new(settings, None, Owner::none(), &function.sig.ident);
    expand::with_own_static(&mut function, &operation, true)?;
    Ok(function.into_token_stream())
}

pub(crate) fn const_fn(attribute: &str) -> String {
    format!("`const fn` cannot be instrumented; remove `const` or `{attribute}`")
}

/// An item from a `$i:item` arrives in one invisible group.
pub(crate) fn without_group(item: TokenStream) -> TokenStream {
    let mut tokens = item.clone().into_iter();
    match (tokens.next(), tokens.next()) {
        (Some(TokenTree::Group(group)), None) if group.delimiter() == proc_macro2::Delimiter::None => {
            without_group(group.stream())
        }
        _ => item,
    }
}
