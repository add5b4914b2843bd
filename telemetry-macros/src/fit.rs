//! Whether what was set fits the function; a block's defaults that do not are taken out.

use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{FnArg, ReturnType, Signature, Type};

use crate::args::{Sample, Set};
use crate::diagnostics::Diagnostics;
use crate::fields;
use crate::operation::Operation;
use crate::shape::{Shape, bare, without_value};

impl Operation {
    /// The operation without what its function has no use for.
    pub(crate) fn fitted(mut self, sig: &Signature) -> syn::Result<Self> {
        let mut diagnostics = Diagnostics::default();
        if without_value(sig) {
            self.without_value(sig, &mut diagnostics);
        }
        let shape = Shape::of(sig);
        if shape.is_returned() {
            self.returned(sig, &shape, &mut diagnostics);
        }
        if self.set.sample.as_ref().is_some_and(|set| set.value == Sample::Never) {
            self.never_sampled(&mut diagnostics);
        }
        self.with_fallback(sig, &mut diagnostics);
        diagnostics.into_result().map(|()| self)
    }

    /// `()` and `!` have nothing to look at, and nothing that a breaker could reject with.
    fn without_value(&mut self, sig: &Signature, diagnostics: &mut Diagnostics) {
        let set = &mut self.set;
        drop_or_refuse(&mut set.ret, "a value, and this function returns none", diagnostics);
        drop_or_refuse(&mut set.predicate, "a value, and this function returns none", diagnostics);
        drop_or_refuse(&mut set.error_type, "errors, and this function returns none", diagnostics);
        if let Some(fallback) = set.fallback.as_ref().filter(|set| set.value.on_error) {
            let message =
                "`on = error` needs errors, and this function returns none; write `fallback = path`";
            diagnostics.push(fallback.key, message);
        }
        let never_returns =
            matches!(&sig.output, ReturnType::Type(_, ty) if matches!(bare(ty), Type::Never(_)));
        if self.protection.is_some() && (never_returns || set.fallback.is_none()) {
            let message = "a breaker cannot reject a call that returns nothing; \
                return a `Result`, or opt a method out with `#[telemetry(breaker(off))]`";
            diagnostics.push(output_span(sig), message);
        }
    }

    /// When the call begins, the function has given its arguments away.
    fn returned(&mut self, sig: &Signature, shape: &Shape, diagnostics: &mut Diagnostics) {
        if !self.fields.is_empty() {
            diagnostics.add(fields::of_returned("fields", sig));
        }
        if self.set.links.is_some() {
            diagnostics.add(fields::of_returned("links", sig));
        }
        let is_stream = matches!(shape, Shape::Stream(_) | Shape::BoxedStream(_));
        if is_stream {
            let needs = "one value, and a stream has many";
            drop_or_refuse(&mut self.set.ret, needs, diagnostics);
        }
        if let Some(fallback) = &self.set.fallback {
            let message = match is_stream {
                true => {
                    "`fallback` does not fit a function that returns a stream: the call begins with the stream's \
                     first poll, when the arguments are gone; remove it"
                }
                false => {
                    "`fallback` does not fit a function that returns its future: the call begins with the \
                     future's first poll, when the arguments are gone; write an `async fn`"
                }
            };
            diagnostics.push(fallback.key, message);
        }
    }

    /// Without a span there is nothing that could carry these.
    fn never_sampled(&mut self, diagnostics: &mut Diagnostics) {
        let set = &mut self.set;
        let needs = "a span, and `sample = never` makes none";
        self.fields.clear();
        drop_or_refuse(&mut set.fields, needs, diagnostics);
        drop_or_refuse(&mut set.ret, needs, diagnostics);
        drop_or_refuse(&mut set.links, needs, diagnostics);
    }

    fn with_fallback(&self, sig: &Signature, diagnostics: &mut Diagnostics) {
        let Some(fallback) = &self.set.fallback else { return };
        if self.protection.is_none() && !fallback.value.on_error {
            let message =
                "`fallback` never runs without a `breaker`; add one, or write `fallback(path, on = error)`";
            diagnostics.push(fallback.key, message);
        }
        if fallback.value.on_error {
            for span in sig.inputs.iter().filter_map(lent) {
                let message =
                    "`on = error` cannot lend this again after the call has had it; take `&` or a value";
                diagnostics.push(span, message);
            }
        }
    }
}

fn drop_or_refuse<T>(slot: &mut Option<Set<T>>, needs: &str, diagnostics: &mut Diagnostics) {
    if let Some(set) = slot.take_if(|set| !set.is_of_block()) {
        diagnostics.push(set.key, format!("`{}` needs {needs}; remove it", set.word));
    }
    *slot = None;
}

fn output_span(sig: &Signature) -> Span {
    match &sig.output {
        ReturnType::Type(_, ty) => ty.span(),
        ReturnType::Default => sig.ident.span(),
    }
}

/// Where a parameter is a `&mut`.
fn lent(input: &FnArg) -> Option<Span> {
    let ty = match input {
        FnArg::Receiver(receiver) => match &receiver.kind {
            syn::ReceiverKind::Reference(_, _, Some(_)) => return Some(receiver.self_token.span),
            syn::ReceiverKind::Typed(_, ty) => bare(ty),
            _ => return None,
        },
        FnArg::Typed(param) => bare(&param.ty),
    };
    matches!(ty, Type::Reference(reference) if reference.mutability.is_some()).then(|| ty.span())
}
