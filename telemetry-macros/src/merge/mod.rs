//! Stacked attributes: a later one adds itself to the instrumentation that an earlier one wrote.
//!
//! It knows such a body by the static at its beginning, never by the attribute's name, so renamed
//! imports, full paths and `cfg_attr` merge as well.

mod fields;

use proc_macro2::{Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::Signature;

use self::fields::Duplicate;
use crate::args::{Entry, Messages, Settings};
use crate::body::{Body, inner_attributes};
use crate::expand::STATIC;
use crate::fields::of_returned_future;
use crate::names::plain;
use crate::operation::{kind_call, messages_call, slow_call};
use crate::shape::Shape;

/// Adds `entry` to an instrumented body; `false` if the body is still the user's.
pub(crate) fn into_body(
    entry: Entry,
    settings: &Settings,
    sig: &Signature,
    body: &mut Body,
) -> syn::Result<bool> {
    let tokens: Vec<TokenTree> = body.look().into_iter().collect();
    let start = inner_attributes(body.look());
    let Some(site) = site_arguments(&tokens, start) else {
        return Ok(false);
    };
    refuse_what_shapes_the_body(settings)?;
    let mut tokens = tokens;
    if let TokenTree::Group(group) = tokens[site].clone() {
        tokens[site] = TokenTree::Group(merged(entry, settings, &sig.ident, &group)?);
        tokens = with_fields(tokens, settings, sig, &group)?;
    }
    body.replace(tokens.into_iter().collect());
    Ok(true)
}

/// Where the arguments of `site(..)` stand: the last group of `static __TELEMETRY_OP .. ;`.
fn site_arguments(tokens: &[TokenTree], start: usize) -> Option<usize> {
    let [TokenTree::Ident(keyword), TokenTree::Ident(name), ..] = tokens.get(start..)? else {
        return None;
    };
    if keyword != "static" || name != STATIC {
        return None;
    }
    let end =
        tokens.iter().position(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';'))?;
    tokens[..end].iter().rposition(|token| matches!(token, TokenTree::Group(_)))
}

/// These two change more than the constant, and the body is written already.
fn refuse_what_shapes_the_body(settings: &Settings) -> syn::Result<()> {
    let remedy = "move it to the first of the stacked attributes, or to `#[telemetry(..)]` in a block";
    if let Some(breaker) = &settings.breaker {
        return Err(syn::Error::new(breaker.key, format!("`breaker` comes too late here; {remedy}")));
    }
    match &settings.messages {
        Some(set) if set.value != Messages::Off => {
            Err(syn::Error::new(set.key, format!("`err` comes too late here; {remedy}")))
        }
        _ => Ok(()),
    }
}

fn with_fields(
    tokens: Vec<TokenTree>,
    settings: &Settings,
    sig: &Signature,
    arguments: &Group,
) -> syn::Result<Vec<TokenTree>> {
    let Some(set) = &settings.fields else { return Ok(tokens) };
    let site = Site { tokens: arguments.stream().into_iter().collect(), ident: &sig.ident };
    let duplicate = if site.in_block() { Duplicate::Replace } else { Duplicate::Refuse };
    let shape = Shape::of(sig);
    match (fields::insert(tokens, &shape, &set.value, duplicate, &site.private()), shape) {
        (Some(merged), _) => merged,
        (None, shape) if shape.is_returned() => Err(of_returned_future(sig)),
        (None, _) => Err(syn::Error::new(
            set.key,
            "`fields` comes too late here; move it to the first of the stacked attributes",
        )),
    }
}

/// `SITE, FLAGS` with the flags of both attributes and the settings of the later one.
fn merged(entry: Entry, settings: &Settings, ident: &Ident, arguments: &Group) -> syn::Result<Group> {
    let mut tokens: Vec<TokenTree> = arguments.stream().into_iter().collect();
    if let Some(TokenTree::Literal(flags)) = tokens.last() {
        let flags = flags.to_string().parse().unwrap_or(0) | entry.flags();
        tokens.pop();
        let comma = tokens.pop();
        let mut site = Site { tokens, ident };
        site.apply(settings)?;
        tokens = site.tokens;
        tokens.extend(comma);
        tokens.push(Literal::u32_unsuffixed(flags).into());
    }
    Ok(regroup(arguments, tokens))
}

/// The tokens of `Site::new(provider, owner, name, ..).kind(..)..`.
struct Site<'a> {
    tokens: Vec<TokenTree>,
    ident: &'a Ident,
}

impl Site<'_> {
    fn apply(&mut self, settings: &Settings) -> syn::Result<()> {
        if let Some(provider) = &settings.provider {
            self.replace("provider", 0, "", &provider.value, provider.key)?;
        }
        if let Some(name) = &settings.name {
            self.replace("name", 2, &plain(self.ident), &name.value, name.key)?;
        }
        if let Some(kind) = &settings.kind {
            let k = self.private();
            self.append("kind", kind_call(&k, kind.value), kind.key)?;
        }
        if let Some(slow) = &settings.slow {
            self.append("slow", slow_call(slow.value), slow.key)?;
        }
        if let Some(messages) = &settings.messages {
            self.append("messages_off", messages_call(), messages.key)?;
        }
        Ok(())
    }

    /// Replaces an argument of `new`; two attributes of one function must not disagree on it.
    fn replace(
        &mut self,
        key: &str,
        index: usize,
        default: &str,
        value: &str,
        span: Span,
    ) -> syn::Result<()> {
        let Some(at) = self.tokens.iter().position(|token| matches!(token, TokenTree::Group(_))) else {
            return Ok(());
        };
        let TokenTree::Group(group) = &self.tokens[at] else { return Ok(()) };
        let mut arguments: Vec<TokenTree> = group.stream().into_iter().collect();
        let quoted = |text: &str| Literal::string(text).to_string();
        // Arguments and commas alternate up to the third argument.
        let (present, owner) = (arguments[index * 2].to_string(), arguments[2].to_string());
        if owner == quoted("") && present != quoted(default) && present != quoted(value) {
            return Err(syn::Error::new(span, set_twice(key)));
        }
        arguments[index * 2] = Literal::string(value).into();
        self.tokens[at] = TokenTree::Group(regroup(group, arguments));
        Ok(())
    }

    /// Appends a builder call: the last one counts, which in a block is the method's own.
    fn append(&mut self, method: &str, call: TokenStream, span: Span) -> syn::Result<()> {
        let present =
            self.tokens.iter().any(|token| matches!(token, TokenTree::Ident(word) if word == method));
        if present && !self.in_block() {
            return Err(syn::Error::new(span, set_twice(method.trim_end_matches("_off"))));
        }
        self.tokens.extend(call);
        Ok(())
    }

    fn in_block(&self) -> bool {
        let group = self.tokens.iter().find_map(|token| match token {
            TokenTree::Group(group) => Some(group),
            _ => None,
        });
        let owner = group.and_then(|group| group.stream().into_iter().nth(2));
        owner.is_some_and(|owner| owner.to_token_stream().to_string() != "\"\"")
    }

    /// The path before `::Site`.
    fn private(&self) -> TokenStream {
        let site =
            self.tokens.iter().position(|token| matches!(token, TokenTree::Ident(word) if word == "Site"));
        self.tokens[..site.map_or(0, |site| site.saturating_sub(2))].iter().cloned().collect()
    }
}

fn set_twice(key: &str) -> String {
    format!("`{key}` is set by another attribute on this function; keep one")
}

fn regroup(group: &Group, tokens: Vec<TokenTree>) -> Group {
    let mut new = Group::new(group.delimiter(), tokens.into_iter().collect());
    new.set_span(group.span());
    new
}
