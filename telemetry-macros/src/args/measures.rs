//! `buckets = [..]` and `slo(latency = "..", target = ..)`.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use syn::Lit;
use syn::punctuated::Punctuated;

use super::split::{Arg, Form, split};
use super::value::{self, single, value_of, wrong_form};
use super::{at, write};
use crate::diagnostics::{Diagnostics, unknown};

/// Bounds of one call histogram at the most, as the runtime has room for.
const MAX_BOUNDS: usize = 15;

/// The bounds of a histogram in seconds: finite, above zero and increasing.
pub(super) fn buckets(usage: &str, arg: &Arg, diagnostics: &mut Diagnostics) -> syn::Result<Vec<f64>> {
    let list = bracketed(usage, arg)?;
    let bounds = syn::parse::Parser::parse2(elements, list.clone())?;
    if bounds.is_empty() {
        return Err(syn::Error::new(arg.span, format!("`buckets` is empty; {}", write(usage))));
    }
    if let Some(surplus) = bounds.get(MAX_BOUNDS) {
        let message = format!("{} bounds are too many; at most {MAX_BOUNDS} fit", bounds.len());
        return Err(syn::Error::new(at(surplus, arg.span), message));
    }
    let mut numbers = Vec::<f64>::new();
    for bound in &bounds {
        let number = seconds(bound, arg.span).and_then(|number| match numbers.last() {
            Some(last) if number <= *last => {
                let message = format!("bounds increase; {number} comes after {last}");
                Err(syn::Error::new(at(bound, arg.span), message))
            }
            _ => Ok(number),
        });
        numbers.extend(diagnostics.keep(number));
    }
    Ok(numbers)
}

/// The tokens between commas.
fn elements(input: syn::parse::ParseStream<'_>) -> syn::Result<Vec<TokenStream>> {
    let element = |input: syn::parse::ParseStream<'_>| {
        let mut tokens = TokenStream::new();
        while !input.is_empty() && !input.peek(syn::Token![,]) {
            tokens.extend([input.parse::<TokenTree>()?]);
        }
        Ok(tokens)
    };
    let list = Punctuated::<TokenStream, syn::Token![,]>::parse_terminated_with(input, element)?;
    Ok(list.into_iter().collect())
}

fn bracketed(usage: &str, arg: &Arg) -> syn::Result<TokenStream> {
    let value = value_of(usage, arg)?;
    let mut tokens = value.clone().into_iter();
    match (tokens.next(), tokens.next()) {
        (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::Bracket => {
            Ok(group.stream())
        }
        (first, _) => {
            let span = first.map_or(arg.span, |token| token.span());
            Err(syn::Error::new(span, format!("`buckets` takes a list of seconds; {}", write(usage))))
        }
    }
}

fn seconds(tokens: &TokenStream, key: Span) -> syn::Result<f64> {
    number(tokens).filter(|number| number.is_finite() && *number > 0.0).ok_or_else(|| {
        syn::Error::new(at(tokens, key), "a bound is a number of seconds above zero, as in `0.25`")
    })
}

fn number(tokens: &TokenStream) -> Option<f64> {
    match syn::parse2(tokens.clone()).ok()? {
        Lit::Float(number) => number.base10_parse().ok(),
        Lit::Int(number) => number.base10_parse().ok(),
        _ => None,
    }
}

/// What calls are expected to reach.
#[derive(Clone, Copy)]
pub(crate) struct Objective {
    /// Nanoseconds.
    pub(crate) latency: u64,
    /// Percent of the calls that end well within the latency.
    pub(crate) target: f64,
}

impl Objective {
    pub(super) fn parse(usage: &str, arg: &Arg, diagnostics: &mut Diagnostics) -> syn::Result<Self> {
        let Form::List(list) = &arg.form else {
            return Err(wrong_form(usage, arg));
        };
        let (mut latency, mut target) = (None, None);
        for part in split(list.clone(), diagnostics) {
            let is_known = match part.word.as_str() {
                "latency" if latency.is_none() => {
                    latency = Some(diagnostics.keep(value::some_time("latency = \"250ms\"", &part)));
                    continue;
                }
                "target" if target.is_none() => {
                    target = Some(diagnostics.keep(percent("target = 99.9", &part)));
                    continue;
                }
                word => matches!(word, "latency" | "target"),
            };
            diagnostics.push(
                part.span,
                match is_known {
                    true => format!("`{}` is set more than once; keep one", part.word),
                    false => unknown("key", &part.word, " in `slo(..)`", &["latency", "target"]),
                },
            );
        }
        for (word, is_missing) in [("latency", latency.is_none()), ("target", target.is_none())] {
            if is_missing {
                diagnostics.push(arg.span, format!("`slo` has no `{word}`; {}", write(usage)));
            }
        }
        // What is missing or wrong is reported already.
        let (latency, target) = (latency.flatten().unwrap_or(1), target.flatten().unwrap_or(50.0));
        Ok(Self { latency, target })
    }
}

/// A share of calls in percent, without the ends that are no objective.
fn percent(usage: &str, arg: &Arg) -> syn::Result<f64> {
    let value = value_of(usage, arg)?;
    let literal: Lit = single(usage, value, arg.span)?;
    let number = number(value);
    // A share where percents are asked for would be an objective that nothing misses.
    if number.is_some_and(|number| number > 0.0 && number <= 1.0) {
        let message = format!("`{}` is in percent: for 0.999 write 99.9", arg.word);
        return Err(syn::Error::new(literal.span(), message));
    }
    number.filter(|number| *number > 0.0 && *number < 100.0).ok_or_else(|| {
        let message = format!("`{}` takes percents above 0 and below 100; {}", arg.word, write(usage));
        syn::Error::new(literal.span(), message)
    })
}
