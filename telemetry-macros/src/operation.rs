//! The model of one operation, and the constant that the runtime reads it from.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote_spanned};

use crate::args::{Breaker, Entry, Field, Kind, Layer, Messages, Sample, Settings, Spec};
use crate::names::plain;
use crate::place::Place;
use crate::runtime_path::RuntimePath;

/// Where an operation is defined, as far as its attribute can know.
#[derive(Clone)]
pub(crate) struct Owner {
    /// Label `provider`; empty for functions, whose module names it.
    pub(crate) provider: String,
    /// `Type`, `<Type as Trait>` or the trait; empty outside a block.
    pub(crate) path: String,
    pub(crate) kind: Kind,
}

impl Owner {
    /// A function that no block surrounds.
    pub(crate) fn none() -> Self {
        Self { provider: String::new(), path: String::new(), kind: Kind::Internal }
    }
}

/// A breaker, and whom it protects.
#[derive(Clone)]
pub(crate) enum Protection {
    Provider(Spec),
    Operation(Spec),
    Shared(String),
}

/// Everything that the expansion of one function needs to know besides its signature.
#[derive(Clone)]
pub(crate) struct Operation {
    pub(crate) runtime: RuntimePath,
    pub(crate) fields: Vec<Field>,
    pub(crate) messages: Option<Messages>,
    pub(crate) protection: Option<Protection>,
    /// What else was set; a block's defaults that do not fit the function are taken out.
    pub(crate) set: Settings,
    pub(crate) origin: Origin,
    owner: Owner,
    name: String,
    place: Place,
    flags: u32,
}

/// What an operation was made of, for attributes that are stacked on it.
#[derive(Clone)]
pub(crate) struct Origin {
    /// The attributes of the function itself.
    pub(crate) layers: Vec<Layer>,
    pub(crate) block: Option<Settings>,
    pub(crate) owner: Owner,
}

impl Operation {
    /// `block` holds the settings of the surrounding block, if there is one.
    pub(crate) fn new(own: Settings, block: Option<&Settings>, owner: Owner, ident: &Ident) -> Self {
        let origin = Origin { layers: own.layers.clone(), block: block.cloned(), owner: owner.clone() };
        let protection = own.breaker.as_ref().map(|set| set.value.clone());
        let protection = match (protection, block) {
            (Some(breaker), _) => protect(breaker, Protection::Operation),
            (None, Some(block)) => {
                block.breaker.as_ref().and_then(|set| protect(set.value.clone(), Protection::Provider))
            }
            (None, None) => None,
        };
        let of_block = if block.is_some() { Entry::InstrumentAdapter.flags() } else { 0 };
        let flags = own.layers.iter().fold(of_block, |flags, layer| flags | layer.entry.flags());
        let mut set = match block {
            Some(block) => own.over(block),
            None => own,
        };
        Self {
            runtime: RuntimePath::new(set.runtime.as_ref().map(|set| &set.value)),
            fields: set.fields.as_ref().map_or_else(Vec::new, |set| set.value.clone()),
            messages: set.messages.as_ref().map(|set| set.value),
            protection,
            owner: Owner {
                provider: set.provider.take().map_or(owner.provider, |set| set.value),
                kind: set.kind.as_ref().map_or(owner.kind, |set| set.value),
                path: owner.path,
            },
            name: set.name.take().map_or_else(|| plain(ident), |set| set.value),
            place: Place::of(ident),
            flags,
            set,
            origin,
        }
    }

    /// The labels `provider` and `operation`.
    pub(crate) fn labels(&self) -> (String, &str) {
        let provider = match &*self.owner.provider {
            // What `module_path!()` begins with.
            "" => std::env::var("CARGO_CRATE_NAME").unwrap_or_else(|_| "{crate}".to_owned()),
            provider => provider.to_owned(),
        };
        (provider, &self.name)
    }

    /// What it feeds: span 1, requests 2, duration 4, errors 8.
    pub(crate) fn flags(&self) -> u32 {
        self.flags
    }
}

fn protect(breaker: Breaker, own: fn(Spec) -> Protection) -> Option<Protection> {
    match breaker {
        Breaker::Own(spec) => Some(own(spec)),
        Breaker::Shared(name) => Some(Protection::Shared(name)),
        Breaker::Off => None,
    }
}

/// The constant: `Operation::internal(.., FLAGS)`, `client` in a block, or `keyed(.., FLAGS, &Keys::new()..)`.
impl ToTokens for Operation {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let k = self.runtime.private();
        let Owner { provider, path, kind } = &self.owner;
        let (name, place) = (&self.name, &self.place);
        let flags = Literal::u32_unsuffixed(self.flags);
        let set = &self.set;
        let slow = set.slow.as_ref().map(|set| Literal::u64_unsuffixed(set.value));
        let slow = slow.map(|nanos| quote_spanned!(Span::mixed_site()=> .slow(#nanos)));
        let messages = (self.messages == Some(Messages::Off))
            .then(|| quote_spanned!(Span::mixed_site()=> .messages_off()));
        let breaker = self.protection.as_ref().map(|protection| breaker_call(&k, protection));
        let more = more_calls(set, &k);
        let calls = quote_spanned!(Span::mixed_site()=> #slow #messages #breaker #more);
        let known = quote_spanned!(Span::mixed_site()=> #provider, #path, #name, ::core::module_path!(), #place, #flags);
        // Each call of a constant function is one more for the compiler to evaluate.
        let made = match kind {
            Kind::Internal if calls.is_empty() => quote_spanned!(Span::mixed_site()=> internal(#known)),
            Kind::Client if calls.is_empty() => quote_spanned!(Span::mixed_site()=> client(#known)),
            kind => {
                let kind = (*kind != Kind::Internal).then(|| kind_call(&k, *kind));
                quote_spanned!(Span::mixed_site()=> keyed(#known, &#k::Keys::new() #kind #calls))
            }
        };
        tokens.extend(quote_spanned! {Span::mixed_site()=>
            #k::Operation::#made
        });
    }
}

fn kind_call(k: &TokenStream, kind: Kind) -> TokenStream {
    let variant = Ident::new(kind.variant(), Span::mixed_site());
    quote_spanned!(Span::mixed_site()=> .kind(#k::Kind::#variant))
}

/// The settings that few operations have.
fn more_calls(set: &Settings, k: &TokenStream) -> TokenStream {
    let site = Span::mixed_site();
    let number = |number: &f64| Literal::f64_unsuffixed(*number);
    let buckets = set.buckets.as_ref().map(|set| {
        let bounds = set.value.iter().map(number);
        quote_spanned!(site=> .buckets(&[#(#bounds),*]))
    });
    let slo = set.slo.as_ref().map(|set| {
        let (latency, target) = (Literal::u64_unsuffixed(set.value.latency), number(&set.value.target));
        quote_spanned!(site=> .slo(#latency, #target))
    });
    let sample = set.sample.as_ref().map(|set| {
        let sample = match set.value {
            Sample::Always => quote_spanned!(site=> Always),
            Sample::Never => quote_spanned!(site=> Never),
            Sample::Ratio(ratio) => {
                let ratio = number(&ratio);
                quote_spanned!(site=> ratio(#ratio))
            }
        };
        quote_spanned!(site=> .sample(#k::Sample::#sample))
    });
    let level = set.level.as_ref().map(|set| {
        let variant = Ident::new(set.value.variant(), site);
        quote_spanned!(site=> .level(#k::Level::#variant))
    });
    let labels = set.labels.as_ref().map(|set| {
        let names = set.value.iter().map(|field| &field.name);
        quote_spanned!(site=> .labels(&[#(#names),*]))
    });
    let fields = set.fields.as_ref().map(|set| {
        let names = set.value.iter().map(|field| &field.name);
        quote_spanned!(site=> .fields(&[#(#names),*]))
    });
    let fallback = set.fallback.as_ref().map(|_| quote_spanned!(site=> .fallback()));
    quote_spanned!(site=> #buckets #slo #sample #level #labels #fields #fallback)
}

fn breaker_call(k: &TokenStream, protection: &Protection) -> TokenStream {
    let site = Span::mixed_site();
    let protection = match protection {
        Protection::Provider(spec) => {
            let spec = spec_tokens(k, spec);
            quote_spanned!(site=> OfProvider(#spec))
        }
        Protection::Operation(spec) => {
            let spec = spec_tokens(k, spec);
            quote_spanned!(site=> OfOperation(#spec))
        }
        Protection::Shared(name) => quote_spanned!(site=> Shared(#name)),
    };
    quote_spanned!(site=> .breaker(#k::Protection::#protection))
}

fn spec_tokens(k: &TokenStream, spec: &Spec) -> TokenStream {
    let rate = |rate: &f64| Literal::f64_unsuffixed(*rate);
    let nanos = |nanos: &u64| Literal::u64_unsuffixed(*nanos);
    let count = |count: &u32| Literal::u32_unsuffixed(*count);
    let numbers = [
        ("failure_rate", spec.failure_rate.as_ref().map(rate)),
        ("slow_rate", spec.slow_rate.as_ref().map(rate)),
        ("slow_call", spec.slow_call.as_ref().map(nanos)),
        ("window", spec.window.as_ref().map(nanos)),
        ("window_calls", spec.window_calls.as_ref().map(count)),
        ("minimum_calls", spec.minimum_calls.as_ref().map(count)),
        ("open_for", spec.open_for.as_ref().map(nanos)),
        ("backoff_multiplier", spec.backoff_multiplier.as_ref().map(rate)),
        ("open_for_max", spec.open_for_max.as_ref().map(nanos)),
        ("jitter", spec.jitter.as_ref().map(rate)),
        ("half_open_permits", spec.half_open_permits.as_ref().map(count)),
        ("lease", spec.lease.as_ref().map(nanos)),
    ];
    let mut tokens = quote_spanned!(Span::mixed_site()=> #k::BreakerSpec::new());
    for (method, value) in numbers {
        if let Some(value) = value {
            let method = Ident::new(method, Span::mixed_site());
            tokens.extend(quote_spanned!(Span::mixed_site()=> .#method(#value)));
        }
    }
    for (method, kinds) in [("ignore", &spec.ignore), ("slow_errors", &spec.slow_errors)] {
        if let Some(kinds) = kinds {
            let method = Ident::new(method, Span::mixed_site());
            tokens.extend(quote_spanned!(Span::mixed_site()=> .#method(&[#(#kinds),*])));
        }
    }
    tokens
}
