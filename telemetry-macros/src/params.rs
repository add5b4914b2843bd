//! Moves parameters into the generated closure or future, with the drop order of a plain function.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Attribute, FnArg, Pat, PatIdent, PatType, Signature, Type};

use crate::shape::bare;

/// Makes `_name` a generated name where nothing of the user's has a use for it, because the capture is a use
/// (clippy's `used_underscore_binding`) that nobody wrote.
pub(crate) fn own_unused(sig: &mut Signature, is_used: impl Fn(&Ident) -> bool) {
    for input in &mut sig.inputs {
        if let FnArg::Typed(param) = input
            && let Pat::Ident(pat) = &mut *param.pat
            && pat.ident.to_string().starts_with('_')
            && !is_used(&pat.ident)
        {
            pat.ident = generated(&pat.ident);
        }
    }
}

/// Into a closure: what the body owns is bound again inside, the rest is captured by its use.
pub(crate) fn into_closure(sig: &mut Signature) -> TokenStream {
    rebind(sig, |param| binds_mut(param) || !by_reference(&param.ty))
}

/// Into a future: all parameters, because all of them live until a plain `async fn` has ended.
pub(crate) fn into_future(sig: &mut Signature) -> TokenStream {
    let all_plain = sig.inputs.iter().all(|input| match input {
        FnArg::Receiver(_) => true,
        FnArg::Typed(param) => plain(param).is_some_and(|ident| ident.mutability.is_none()),
    });
    if all_plain {
        return capture(sig.inputs.iter().rev());
    }
    let receiver = capture(sig.inputs.iter().take(1).filter(|input| matches!(input, FnArg::Receiver(_))));
    let bindings = rebind(sig, |_| true);
    quote!(#receiver #bindings)
}

/// `let _ = &a;` makes the future own all of `a`, not only the fields that the body names.
fn capture<'a>(inputs: impl Iterator<Item = &'a FnArg>) -> TokenStream {
    let mut tokens = TokenStream::new();
    for input in inputs {
        let (attrs, name) = match input {
            FnArg::Receiver(receiver) => (&receiver.attrs, receiver.self_token.to_token_stream()),
            FnArg::Typed(param) => match plain(param) {
                Some(ident) => (&param.attrs, ident.ident.to_token_stream()),
                None => continue,
            },
        };
        tokens.extend(quote_spanned!(Span::mixed_site()=> #(#attrs)* let _ = &#name;));
    }
    tokens
}

fn rebind(sig: &mut Signature, wanted: fn(&PatType) -> bool) -> TokenStream {
    let mut tokens = TokenStream::new();
    for (index, input) in sig.inputs.iter_mut().enumerate() {
        match input {
            FnArg::Typed(param) if wanted(param) => tokens.extend(rebind_one(param, index)),
            _ => {}
        }
    }
    tokens
}

/// A plain name keeps its name in the signature; other patterns move into the body.
///
/// `mut` moves too: on a captured variable rustc reports assignments as unused.
fn rebind_one(param: &mut PatType, index: usize) -> TokenStream {
    let site = Span::mixed_site();
    let attrs = &param.attrs;
    if let Some(ident) = plain(param) {
        let (mutability, name) = (&ident.mutability, &ident.ident);
        let outer = generated(name);
        let tokens = quote_spanned!(site=> #(#attrs)* let #mutability #name = #outer;);
        *param.pat = named(outer);
        return tokens;
    }
    let name = format_ident!("__arg{index}", span = site);
    let pat = &param.pat;
    let mutability = borrows_mut(pat).then(|| quote_spanned!(site=> mut));
    let tokens = match **pat {
        Pat::Wild(_) => quote_spanned!(site=> #(#attrs)* let #name = #name;),
        _ => quote_spanned!(site=> #(#attrs)* let #mutability #name = #name; #(#attrs)* let #pat = #name;),
    };
    *param.pat = named(name);
    tokens
}

/// The same name, as one that the user's code cannot see and clippy does not judge.
///
/// A name that the expansion may have for a local of its own gets another beginning.
fn generated(name: &Ident) -> Ident {
    let span = Span::mixed_site().located_at(name.span());
    let text = name.to_string();
    if text.starts_with("__") || text == "_c" {
        return format_ident!("__user{text}", span = span);
    }
    let mut name = name.clone();
    name.set_span(span);
    name
}

fn named(ident: Ident) -> Pat {
    Pat::Ident(PatIdent { attrs: Vec::new(), by_ref: None, mutability: None, ident, subpat: None })
}

/// `name` or `mut name`.
fn plain(param: &PatType) -> Option<&PatIdent> {
    match &*param.pat {
        Pat::Ident(ident) if ident.by_ref.is_none() && ident.subpat.is_none() => Some(ident),
        _ => None,
    }
}

/// Whether the pattern binds anything as `mut`.
fn binds_mut(param: &PatType) -> bool {
    any_ident(param.pat.to_token_stream(), &mut |ident| ident == "mut")
}

/// Whether the pattern holds a `ref mut`.
fn borrows_mut(pat: &Pat) -> bool {
    let mut after_ref = false;
    any_ident(pat.to_token_stream(), &mut |ident| {
        let found = after_ref && ident == "mut";
        after_ref = ident == "ref";
        found
    })
}

fn any_ident(tokens: TokenStream, wanted: &mut dyn FnMut(&Ident) -> bool) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => wanted(&ident),
        TokenTree::Group(group) => any_ident(group.stream(), wanted),
        _ => false,
    })
}

fn by_reference(ty: &Type) -> bool {
    matches!(bare(ty), Type::Reference(_))
}

/// `mut self` cannot be bound again; the lints that its capture would cause are named here.
pub(crate) fn allow_for_mut_self(sig: &Signature) -> Option<Attribute> {
    let receiver = sig.receiver()?;
    receiver.mutability?;
    Some(allowance())
}

fn allowance() -> Attribute {
    syn::parse_quote_spanned!(Span::mixed_site()=> #[allow(unused_assignments, unused_variables)])
}

/// Whether [`allow_for_mut_self`] may have written the attribute.
pub(crate) fn is_allowance(attr: &Attribute) -> bool {
    attr.path().is_ident("allow")
        && attr.to_token_stream().to_string() == allowance().to_token_stream().to_string()
}

/// Parameters that statements before the call can name too.
pub(crate) struct Early {
    /// Patterns that are taken apart before the call.
    pub(crate) outside: TokenStream,
    /// What the call's closure takes over.
    pub(crate) closure: TokenStream,
    /// What the call's future takes over.
    pub(crate) future: TokenStream,
}

/// Keeps the parameters under their own names outside of the closure or future.
pub(crate) fn early(sig: &mut Signature, patterns_outside: bool) -> Early {
    let mut early =
        Early { outside: TokenStream::new(), closure: TokenStream::new(), future: TokenStream::new() };
    let mut captures = Vec::new();
    for (index, input) in sig.inputs.iter_mut().enumerate() {
        match input {
            FnArg::Receiver(_) => captures.push(capture(std::iter::once(&*input))),
            FnArg::Typed(param) => early.add(param, index, patterns_outside, &mut captures),
        }
    }
    // As in a plain `async fn`, the last parameter goes first.
    let mut future: TokenStream = captures.into_iter().rev().collect();
    future.extend(early.future);
    Early { future, ..early }
}

impl Early {
    fn add(
        &mut self,
        param: &mut PatType,
        index: usize,
        patterns_outside: bool,
        captures: &mut Vec<TokenStream>,
    ) {
        let site = Span::mixed_site();
        let attrs = param.attrs.clone();
        if let Pat::Ident(ident) = &mut *param.pat
            && ident.by_ref.is_none()
            && ident.subpat.is_none()
        {
            let (mutability, name) = (ident.mutability.take(), ident.ident.clone());
            if mutability.is_some() {
                let owned = quote_spanned!(site=> #(#attrs)* let #mutability #name = #name;);
                self.closure.extend(owned.clone());
                self.future.extend(owned);
                return;
            }
            // Not bound again: a parameter that only labels name would be an unused variable then.
            let captured = quote_spanned!(site=> #(#attrs)* let _ = &#name;);
            if !by_reference(&param.ty) {
                self.closure.extend(captured.clone());
            }
            captures.push(captured);
            return;
        }
        let name = format_ident!("__arg{index}", span = site);
        let pat = std::mem::replace(&mut *param.pat, named(name.clone()));
        let mutability = borrows_mut(&pat).then(|| quote_spanned!(site=> mut));
        let owned = quote_spanned!(site=> #(#attrs)* let #mutability #name = #name;);
        let bound = match pat {
            Pat::Wild(_) => owned,
            _ if patterns_outside => {
                let owned = mutability.map(|_| owned);
                return self.outside.extend(quote_spanned!(site=> #owned #(#attrs)* let #pat = #name;));
            }
            _ => quote_spanned!(site=> #owned #(#attrs)* let #pat = #name;),
        };
        self.closure.extend(bound.clone());
        self.future.extend(bound);
    }
}
