//! `#[instrument_adapter]`: every call of a block's methods becomes an operation.

use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens as _, quote_spanned};
use syn::{Attribute, Meta};

use crate::args::{Entry, Kind, Settings};
use crate::block::{Block, Item, Target};
use crate::diagnostics::{Diagnostics, is_misspelt};
use crate::expand;
use crate::expansion::Expansion;
use crate::function::{Function, const_fn, without_group};
use crate::inert::{all_built_in, has, quiet_trait};
use crate::names::{as_written, last_segment, of_type, plain, snake_case};
use crate::operation::{Operation, Owner};
use crate::runtime_path::RuntimePath;
use crate::wrong_item;

/// On a mistake the block stays as it was, beside the diagnostics of all of its methods.
pub(crate) fn attribute(args: TokenStream, item: TokenStream) -> Expansion {
    let item = without_group(item);
    let mut diagnostics = Diagnostics::default();
    let settings = Settings::parse(Entry::InstrumentAdapter, args, &mut diagnostics);
    let block = wrong_item::expect_block(&item).and_then(|_| Block::parse(item.clone(), &mut diagnostics));
    let Some(mut block) = diagnostics.keep(block) else { return Expansion::refused(diagnostics, item) };
    let methods = take_method_settings(&mut block, &mut diagnostics);
    let plain = block.to_token_stream();
    let Some(owner) = diagnostics.keep(owner(&block.target, &settings)) else {
        return Expansion::refused(diagnostics, plain);
    };
    let expanded = Adapter { settings, owner, diagnostics, table: Vec::new() }.expand(&mut block, methods);
    match expanded {
        Ok(instrumented) => Expansion { instrumented, plain },
        Err(diagnostics) => Expansion::refused(diagnostics, plain),
    }
}

/// Takes the `#[telemetry(..)]` attributes off all items; the settings of each item, in order.
fn take_method_settings(block: &mut Block, diagnostics: &mut Diagnostics) -> Vec<Settings> {
    let mut all = Vec::new();
    for item in &mut block.items {
        let mut settings = Settings::default();
        let attrs = std::mem::take(item.attrs_mut());
        let (own, mut others): (Vec<_>, Vec<_>) = attrs.into_iter().partition(is_telemetry);
        others.retain(|attr| !is_near_miss(attr, diagnostics));
        *item.attrs_mut() = others;
        for attr in own {
            match &attr.meta {
                Meta::List(list) => settings.absorb(Entry::Telemetry, list.tokens.clone(), diagnostics),
                Meta::NameValue(pair) => diagnostics.add(syn::Error::new_spanned(
                    &pair.path,
                    "`#[telemetry]` takes its keys in parentheses; write `#[telemetry(name = \"..\")]`",
                )),
                meta @ Meta::Path(_) => diagnostics.add(syn::Error::new_spanned(
                    meta.path(),
                    "`#[telemetry]` says nothing; write `#[telemetry(skip)]` or another key",
                )),
            }
            refuse_without_body(&attr, item, &settings, diagnostics);
        }
        all.push(settings);
    }
    all
}

fn is_telemetry(attr: &Attribute) -> bool {
    last_segment(attr.path()).is_some_and(|name| name == "telemetry")
}

/// Reports an attribute that was meant to be `#[telemetry(..)]`; the compiler alone would not know it.
fn is_near_miss(attr: &Attribute, diagnostics: &mut Diagnostics) -> bool {
    let Some(name) = attr.path().get_ident() else { return false };
    let is_near = is_misspelt(&plain(name), "telemetry");
    if is_near {
        diagnostics.push(name.span(), format!("unknown attribute `{name}`; did you mean `telemetry`?"));
    }
    is_near
}

fn refuse_without_body(attr: &Attribute, item: &Item, settings: &Settings, diagnostics: &mut Diagnostics) {
    let message = match item {
        Item::Method(function) if function.body.is_some() || settings.skip.is_some() => return,
        Item::Method(_) => "`#[telemetry(..)]` needs a body; put it on the implementations",
        Item::Other { .. } => "`#[telemetry(..)]` fits methods only; remove it",
    };
    diagnostics.add(syn::Error::new_spanned(attr.path(), message));
}

/// The names that the methods of a block share.
fn owner(target: &Target, settings: &Settings) -> syn::Result<Owner> {
    let (provider, path) = match target {
        Target::Trait(name) => (Some(plain(name)), plain(name)),
        Target::Impl { trait_, self_type, parameters } => {
            let name = of_type(self_type);
            let shown = name.clone().unwrap_or_else(|| as_written(self_type));
            let trait_ = trait_.as_ref().and_then(last_segment);
            // `impl<T: Load> Cache for T` says nothing in `T`.
            let blanket = name.as_ref().is_some_and(|name| parameters.iter().any(|param| param == name));
            let path = match &trait_ {
                Some(trait_) => format!("<{shown} as {trait_}>"),
                None => shown,
            };
            (if blanket { trait_ } else { name }, path)
        }
    };
    let provider = match (&settings.provider, provider) {
        (Some(set), _) => set.value.clone(),
        (None, Some(name)) => snake_case(&name),
        (None, None) => {
            let message = "this type has no name to call the provider by; write `provider = \"..\"`";
            let Target::Impl { self_type, .. } = target else {
                return Err(syn::Error::new(Span::call_site(), message));
            };
            return Err(syn::Error::new_spanned(self_type, message));
        }
    };
    Ok(Owner { provider, path, kind: Kind::Client })
}

/// One block while its methods are expanded.
struct Adapter {
    settings: Settings,
    owner: Owner,
    diagnostics: Diagnostics,
    /// The operations that the block registers at once.
    table: Vec<Operation>,
}

impl Adapter {
    fn expand(mut self, block: &mut Block, methods: Vec<Settings>) -> Result<TokenStream, Diagnostics> {
        let quiet = matches!(&block.target, Target::Impl { trait_: Some(path), .. } if quiet_trait(path));
        let in_impl = matches!(&block.target, Target::Impl { .. });
        let rewrite = all_built_in(&block.attrs);
        for (item, own) in block.items.iter_mut().zip(methods) {
            let Item::Method(function) = item else { continue };
            if self.wanted(function, &own, quiet) {
                let expanded = self.method(function, own, in_impl, rewrite);
                self.diagnostics.keep(expanded);
            }
        }
        if !self.diagnostics.is_empty() {
            return Err(self.diagnostics);
        }
        Ok(self.registered(block))
    }

    /// Methods with a receiver, and what `include` asks for.
    fn wanted(&mut self, function: &Function, own: &Settings, quiet: bool) -> bool {
        if function.body.is_none() || own.skip.is_some() {
            return false;
        }
        if let Some(constness) = &function.sig.constness {
            if own.include.is_some() {
                self.diagnostics.push(constness.span, const_fn("#[telemetry(include)]"));
            }
            return false;
        }
        own.include.is_some() || (function.sig.receiver().is_some() && !quiet)
    }

    fn method(
        &mut self,
        function: &mut Function,
        own: Settings,
        in_impl: bool,
        rewrite: bool,
    ) -> syn::Result<()> {
        let ident = &function.sig.ident;
        let operation = Operation::new(own, Some(&self.settings), self.owner.clone(), ident);
        if !in_impl || !all_built_in(&function.attrs) || has(&function.attrs, "cfg") {
            return expand::with_own_static(function, &operation, rewrite);
        }
        let index = Literal::usize_unsuffixed(self.table.len());
        let op = quote_spanned!(Span::mixed_site()=> __TELEMETRY_OPS[#index]);
        expand::with_table(function, &operation, op, rewrite)?;
        self.table.push(operation);
        Ok(())
    }

    /// The block, in a scope that holds its table of operations.
    ///
    /// One registration for a whole block compiles faster than one for each method. A trait stays
    /// outside, or it could not be named.
    fn registered(&self, block: &Block) -> TokenStream {
        if self.table.is_empty() {
            return block.to_token_stream();
        }
        let k = RuntimePath::new(self.settings.runtime.as_ref().map(|set| &set.value)).private();
        let (operations, count) = (&self.table, Literal::usize_unsuffixed(self.table.len()));
        quote_spanned! {Span::mixed_site()=>
            const _: () = {
                static __TELEMETRY_OPS: [#k::Operation; #count] = [#(#operations),*];
                #k::inventory::submit! { #k::Block(&__TELEMETRY_OPS) }
                #block
            };
        }
    }
}
