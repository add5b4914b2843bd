//! What happens before a call: labels, an explicit parent, and the way out that a fallback is.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{FnArg, Pat, ReceiverKind, Signature, Type};

use crate::args::{By, Fallback, Field};
use crate::body;
use crate::operation::Operation;
use crate::params;
use crate::shape::bare;

/// The statements around a call that functions without these settings do not have.
pub(crate) struct Early {
    /// Stand first.
    pub(crate) before: TokenStream,
    /// The parameters, as the call's closure or future takes them over.
    pub(crate) params: params::Early,
    /// The operation as an expression, if labels choose it.
    pub(crate) labelled: Option<TokenStream>,
    pub(crate) has_parent: bool,
    pub(crate) fallback: Option<Rescue>,
}

/// A call of the fallback.
pub(crate) struct Rescue {
    /// Instead of a call that was rejected.
    pub(crate) rejected: TokenStream,
    /// Instead of a call that failed.
    pub(crate) failed: Option<TokenStream>,
}

impl Early {
    /// `None` if the function has none of these settings.
    pub(crate) fn of(
        operation: &Operation,
        sig: &mut Signature,
        k: &TokenStream,
        op: &TokenStream,
    ) -> syn::Result<Option<Self>> {
        let set = &operation.set;
        if set.labels.is_none() && set.parent.is_none() && set.fallback.is_none() {
            return Ok(None);
        }
        let sees_parameters = set.labels.is_some() || set.parent.is_some();
        let fallback = set.fallback.as_ref().map(|set| &set.value);
        if fallback.is_some_and(|fallback| !fallback.on_error) && sees_parameters {
            refuse_patterns(sig)?;
        }
        let params = params::early(sig, sees_parameters);
        let mut before = TokenStream::new();
        let fallback = fallback.map(|fallback| rescue(fallback, sig, set.parent.is_some(), k, &mut before));
        before.extend(params.outside.clone());
        let labelled = set.labels.as_ref().map(|set| {
            before.extend(labelled(&set.value, k, op));
            quote_spanned!(Span::mixed_site()=> *__op)
        });
        if let Some(set) = &set.parent {
            before.extend(parent(&set.value, k));
        }
        Ok(Some(Self { before, params, labelled, has_parent: set.parent.is_some(), fallback }))
    }
}

/// Whether a setting of these mentions a name.
pub(crate) fn mentions(operation: &Operation, name: &Ident) -> bool {
    let labels = operation.set.labels.iter().flat_map(|set| &set.value).map(|field| &field.value);
    let parent = operation.set.parent.iter().map(|set| &set.value);
    labels.chain(parent).any(|value| body::mentions(value.clone(), &name.to_string()))
}

/// The operation of these label values; the closure keeps `?`, `return` and `.await` out of them.
fn labelled(labels: &[Field], k: &TokenStream, op: &TokenStream) -> TokenStream {
    let values = labels.iter().map(|label| {
        let value = &label.value;
        let at = Span::mixed_site().located_at(value.span());
        let text = Ident::new(
            match label.by {
                By::Value => "label",
                By::Debug => "label_debug",
                By::Display => "label_display",
            },
            at,
        );
        quote_spanned!(at=> #k::#text(&(#value)))
    });
    quote_spanned!(Span::mixed_site()=> let __op = #k::once(|| #k::Operation::labelled(&#op, &[#(#values),*]));)
}

fn parent(value: &TokenStream, k: &TokenStream) -> TokenStream {
    let at = Span::mixed_site().located_at(value.span());
    let value = quote_spanned!(at=> #k::parent(&(#value)));
    quote_spanned!(Span::mixed_site()=> let __parent = #k::once(|| #value);)
}

/// The calls of the fallback; what they need of the arguments is kept by `before`.
fn rescue(
    fallback: &Fallback,
    sig: &Signature,
    has_parent: bool,
    k: &TokenStream,
    before: &mut TokenStream,
) -> Rescue {
    let path = &fallback.path;
    let mut arguments = Vec::new();
    for (index, input) in sig.inputs.iter().enumerate() {
        let (name, copied, at) = argument(input);
        if copied || !fallback.on_error {
            arguments.push(name);
            continue;
        }
        let kept = format_ident!("__kept{index}", span = Span::mixed_site());
        let at = Span::mixed_site().located_at(at);
        before.extend(quote_spanned!(at=> let #kept = #k::kept(&#name);));
        arguments.push(kept.into_token_stream());
    }
    let call = quote_spanned!(Span::mixed_site()=> #path(#(#arguments),*));
    let call = match (sig.asyncness.is_some(), has_parent) {
        (true, true) => quote_spanned!(Span::mixed_site()=> #k::Parent::around(&__parent, #call).await),
        (true, false) => quote_spanned!(Span::mixed_site()=> #call.await),
        (false, _) => call,
    };
    Rescue { rejected: call.clone(), failed: fallback.on_error.then_some(call) }
}

/// An argument by its name, whether it may be given away twice, and where its type stands.
fn argument(input: &FnArg) -> (TokenStream, bool, Span) {
    match input {
        FnArg::Receiver(receiver) => {
            let by_reference = match &receiver.kind {
                ReceiverKind::Reference(..) => true,
                ReceiverKind::Typed(_, ty) => is_reference(ty),
                _ => false,
            };
            (receiver.self_token.to_token_stream(), by_reference, receiver.self_token.span)
        }
        FnArg::Typed(param) => {
            let name = match &*param.pat {
                Pat::Ident(pat) => pat.ident.to_token_stream(),
                other => other.to_token_stream(),
            };
            (name, is_reference(&param.ty), param.ty.span())
        }
    }
}

fn is_reference(ty: &Type) -> bool {
    matches!(bare(ty), Type::Reference(_))
}

/// A pattern that labels have taken apart cannot be given to a fallback any more.
fn refuse_patterns(sig: &Signature) -> syn::Result<()> {
    let pattern = sig.inputs.iter().find_map(|input| match input {
        FnArg::Typed(param) if !matches!(&*param.pat, Pat::Ident(_) | Pat::Wild(_)) => Some(&param.pat),
        _ => None,
    });
    match pattern {
        Some(pattern) => Err(syn::Error::new_spanned(
            pattern,
            "`fallback` beside `labels` or `parent` needs a name here; take the value apart in the body",
        )),
        None => Ok(()),
    }
}

/// Statements that run when the call has failed.
pub(crate) fn after_failure(fallback: Option<&Rescue>, k: &TokenStream, op: &TokenStream) -> TokenStream {
    let Some(failed) = fallback.and_then(|fallback| fallback.failed.as_ref()) else {
        return TokenStream::new();
    };
    quote_spanned! {Span::mixed_site()=>
        if #k::Failed::is_set(&__failed) {
            #k::fall_back(&#op);
            return #failed;
        }
    }
}

/// The mark that the judge sets.
pub(crate) fn failure_mark(fallback: Option<&Rescue>, k: &TokenStream) -> TokenStream {
    match fallback.and_then(|fallback| fallback.failed.as_ref()) {
        Some(_) => quote_spanned!(Span::mixed_site()=> let __failed = #k::Failed::new();),
        None => quote!(),
    }
}
