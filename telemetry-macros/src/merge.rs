//! Stacked attributes: a later one makes the instrumentation anew, with the settings of all.
//!
//! The first leaves what it was given behind in the body, where the compiler throws it away. A later one knows such a
//! body by the static at its beginning, never by the attribute's name, so renamed imports, full paths and
//! `cfg_attr` merge as well.

use proc_macro2::{Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::{ParseStream, Parser as _};
use syn::{LitBool, LitStr, Signature};

use crate::args::{Entry, Kind, Layer, Settings};
use crate::body::{Body, inner_attributes};
use crate::diagnostics::Diagnostics;
use crate::documentation;
use crate::expand::{self, STATIC};
use crate::function::Function;
use crate::inert::all_built_in;
use crate::operation::{Operation, Origin, Owner};
use crate::params;

/// The name of the macro that is never called, and whose arguments are the record.
const RECORD: &str = "__telemetry_stacked";

/// A function before its instrumentation, if another attribute may want to add to it.
pub(crate) struct Untouched {
    sig: Signature,
    body: Body,
    rewrite: bool,
}

impl Untouched {
    /// `None` if every attribute that is left is the compiler's own.
    pub(crate) fn of(function: &Function, rewrite: bool) -> Option<Self> {
        let body = function.body.clone().filter(|_| !all_built_in(&function.attrs))?;
        Some(Self { sig: function.sig.clone(), body, rewrite })
    }

    /// The record; `sig` is what the instrumentation has made of the signature.
    pub(crate) fn record(&self, origin: &Origin, sig: &Signature) -> TokenStream {
        let block = origin.block.iter().flat_map(|block| block.layers.clone());
        let layers = block.chain(origin.layers.iter().cloned()).map(|Layer { entry, tokens }| {
            let bit = Literal::u8_unsuffixed(entry as u8);
            quote!(#bit { #tokens })
        });
        let Owner { provider, path, kind } = &origin.owner;
        let kind = kind.word();
        let Self { sig: own, body, rewrite } = self;
        let name = Ident::new(RECORD, Span::mixed_site());
        quote_spanned! {Span::mixed_site()=>
            #[cfg(false)]
            #name! { { #(#layers)* } #provider #path #kind #rewrite { #sig } #own #body }
        }
    }
}

/// What a record says.
struct Record {
    layers: Vec<Layer>,
    owner: Owner,
    rewrite: bool,
    /// The signature that the instrumentation has left.
    left: TokenStream,
    sig: Signature,
    body: Body,
}

/// The function with `settings` added to its instrumentation; `None` if its body is still the user's.
pub(crate) fn with_earlier(function: &Function, settings: Settings) -> Option<syn::Result<Function>> {
    let body = function.body.as_ref()?.look();
    let start = inner_attributes(body.clone());
    let tokens: Vec<TokenTree> = body.into_iter().skip(start).collect();
    match &tokens[..] {
        [TokenTree::Ident(keyword), TokenTree::Ident(name), ..] if keyword == "static" && name == STATIC => {
            Some(merged(function.clone(), &tokens, settings))
        }
        _ => None,
    }
}

fn merged(mut function: Function, tokens: &[TokenTree], settings: Settings) -> syn::Result<Function> {
    let Some(record) = recorded(tokens) else {
        return Err(apart(&function.sig.ident));
    };
    let Record { layers, owner, rewrite, left, sig, body } = read.parse2(record.stream())?;
    if left.to_string() != function.sig.to_token_stream().to_string() {
        return Err(apart(&function.sig.ident));
    }
    let mut diagnostics = Diagnostics::default();
    let mut block = None;
    let mut own: Option<Settings> = None;
    for Layer { entry, tokens } in layers {
        // Whatever is wrong with them has been said by their own attribute.
        let earlier = Settings::parse(entry, tokens, &mut Diagnostics::default());
        match (entry, own.take()) {
            (Entry::InstrumentAdapter, _) => block = Some(earlier),
            (_, None) => own = Some(earlier),
            (_, Some(known)) => own = Some(known.stacked(earlier, &mut Diagnostics::default())),
        }
    }
    let own = match own {
        Some(own) => own.stacked(settings, &mut diagnostics),
        None => settings,
    };
    let operation = Operation::new(own, block.as_ref(), owner, &sig.ident);
    function.attrs.retain(|attr| !params::is_allowance(attr) && !documentation::is_ours(attr));
    function.sig = sig;
    function.body = Some(body);
    diagnostics.keep(expand::with_own_static(&mut function, &operation, rewrite));
    diagnostics.into_result().map(|()| function)
}

/// The arguments of the macro that is never called.
fn recorded(tokens: &[TokenTree]) -> Option<&Group> {
    let at = tokens.iter().position(|token| matches!(token, TokenTree::Ident(name) if name == RECORD))?;
    match tokens.get(at + 2) {
        Some(TokenTree::Group(group)) => Some(group),
        _ => None,
    }
}

fn read(input: ParseStream<'_>) -> syn::Result<Record> {
    let layers: Group = input.parse()?;
    let layers = (|input: ParseStream<'_>| {
        let mut layers = Vec::new();
        while !input.is_empty() {
            let bit: syn::LitInt = input.parse()?;
            let bit: u8 = bit.base10_parse()?;
            let tokens = input.parse::<Group>()?.stream();
            layers.extend(
                Entry::ALL.into_iter().find(|entry| *entry as u8 == bit).map(|entry| Layer { entry, tokens }),
            );
        }
        Ok(layers)
    })
    .parse2(layers.stream())?;
    let [provider, path, kind]: [LitStr; 3] = [input.parse()?, input.parse()?, input.parse()?];
    let kind = Kind::of_word(&kind.value()).unwrap_or(Kind::Internal);
    Ok(Record {
        layers,
        owner: Owner { provider: provider.value(), path: path.value(), kind },
        rewrite: input.parse::<LitBool>()?.value,
        left: input.parse::<Group>()?.stream(),
        sig: input.parse()?,
        body: input.parse()?,
    })
}

/// Another macro has had the function in between.
fn apart(ident: &Ident) -> syn::Error {
    let message =
        "the attributes of the toolkit on this function are too far apart; write them next to each other";
    syn::Error::new(ident.span(), message)
}
