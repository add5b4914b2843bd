//! Writes the statements that record the fields of a span.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned as _;
use syn::{ReturnType, Signature};

use crate::args::{By, Field};
use crate::runtime_path::RuntimePath;
use crate::shape::Shape;

/// Records fields and links if there is a span to hold them.
///
/// The closure keeps `?`, `return` and `.await` out of the values: what a function does must not depend
/// on whether its span is sampled.
pub(crate) fn recorded(
    fields: &[Field],
    links: Option<&TokenStream>,
    k: &TokenStream,
    op: &TokenStream,
) -> TokenStream {
    if fields.is_empty() && links.is_none() {
        return TokenStream::new();
    }
    let statements = statements(fields, k, op);
    let links = links.map(|links| {
        let at = Span::mixed_site().located_at(links.span());
        // What the items are is no matter of the argument alone, so that the path has to point there, too.
        let k = RuntimePath::at(k, at);
        quote_spanned!(at=> #k::links(#links);)
    });
    quote_spanned! {Span::mixed_site()=>
        if #k::recording() {
            #k::once::<()>(|| { #statements #links });
        }
    }
}

/// One record, and `k::field(&mut __fields, &(value));` for each value in the order of the operation's names; a value
/// of the wrong type is reported where it stands. The record is handed over where
/// its block ends, without being moved.
fn statements(fields: &[Field], k: &TokenStream, op: &TokenStream) -> TokenStream {
    if fields.is_empty() {
        return TokenStream::new();
    }
    let values: TokenStream = fields
        .iter()
        .map(|field| {
            let value = &field.value;
            let at = Span::mixed_site().located_at(value.span());
            let record = Ident::new(
                match field.by {
                    By::Value => "field",
                    By::Debug => "field_debug",
                    By::Display => "field_display",
                },
                at,
            );
            quote_spanned!(at=> #k::#record(&mut __fields, &(#value));)
        })
        .collect();
    quote_spanned! {Span::mixed_site()=>
        {
            let mut __fields = #k::Fields::of(&#op);
            #values
        }
    }
}

/// When the span of a returned future or stream begins, its function has given the arguments away.
pub(crate) fn of_returned(key: &str, sig: &Signature) -> syn::Error {
    let message = match Shape::of(sig) {
        Shape::Stream(_) | Shape::BoxedStream(_) => format!(
            "`{key}` cannot be recorded here: the span of a returned stream begins with its first poll, when the \
             arguments are gone; name the {key} on other functions only"
        ),
        _ => format!(
            "`{key}` cannot be recorded here: the span of a returned future begins with its first poll, when the \
             arguments are gone; write an `async fn`, put the attribute above `#[async_trait]`, or name the {key} \
             on other methods only"
        ),
    };
    match &sig.output {
        ReturnType::Type(_, ty) => syn::Error::new_spanned(ty, message),
        ReturnType::Default => syn::Error::new(sig.ident.span(), message),
    }
}
