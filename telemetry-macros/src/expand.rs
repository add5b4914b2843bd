//! Writes the new body of a function: one static, one call, and the user's block.

mod stream;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{ReturnType, Type};

use crate::args::Messages;
use crate::body::{self, Body};
use crate::fields;
use crate::function::Function;
use crate::inert::{all_built_in, has};
use crate::operation::Operation;
use crate::params;
use crate::return_edge::Returned;
use crate::shape::{Boxed, Shape, without_value};

/// The name of the static in a body; merging attributes know a finished body by it.
pub(crate) const STATIC: &str = "__TELEMETRY_OP";

/// What the generated code of one function refers to.
struct Call<'a> {
    operation: &'a Operation,
    /// `::telemetry_runtime::__private`
    k: TokenStream,
    /// The static of the operation, as an expression.
    op: TokenStream,
    /// The function's own static, or nothing if its block registers it.
    own: TokenStream,
}

/// Instruments a function that registers itself.
pub(crate) fn with_own_static(
    function: &mut Function,
    operation: &Operation,
    rewrite: bool,
) -> syn::Result<()> {
    let k = operation.runtime.private();
    let name = Ident::new(STATIC, Span::mixed_site());
    let own = quote_spanned! {Span::mixed_site()=>
        static #name: #k::Operation = #operation;
        #k::inventory::submit! { #k::Registered(::core::slice::from_ref(&#name)) }
    };
    instrument(function, &Call { operation, k, op: quote!(#name), own }, rewrite)
}

/// Instruments a method whose operation stands in the table of its block.
pub(crate) fn with_table(
    function: &mut Function,
    operation: &Operation,
    op: TokenStream,
    rewrite: bool,
) -> syn::Result<()> {
    let call = Call { operation, k: operation.runtime.private(), op, own: TokenStream::new() };
    instrument(function, &call, rewrite)
}

/// `rewrite`: whether nothing around the function needs the word `async`.
fn instrument(function: &mut Function, call: &Call<'_>, rewrite: bool) -> syn::Result<()> {
    refuse_breaker_without_value(function, call)?;
    let Some(body) = &function.body else { return Ok(()) };
    let (attributes, block) = body.split();
    let shape = Shape::of(&function.sig);
    refuse_fields_of_returned_future(function, call, &shape)?;
    let fields = fields::recorded(&call.operation.fields, &call.k);
    if !matches!(shape, Shape::Unit) {
        let in_fields = |name: &Ident| body::mentions(fields.clone(), &name.to_string());
        params::own_unused(&mut function.sig, |name| body.mentions(name) || in_fields(name));
    }
    let block = quote!(#fields #block);
    let tokens = match shape {
        Shape::Unit => call.unit(&block),
        Shape::Value => call.value(function, &block),
        Shape::Async => {
            let rewrite = rewrite && all_built_in(&function.attrs) && !has(&function.attrs, "must_use");
            call.future(function, &block, rewrite)
        }
        Shape::AsyncNever => call.endless_future(function, &block),
        Shape::Future(output) => call.returned_future(function, &block, output.as_deref(), None),
        Shape::Boxed(boxed) => call.returned_future(function, &block, None, Some(boxed)),
        Shape::Stream(item) => call.returned_stream(function, &block, Some(&item), None),
        Shape::BoxedStream(boxed) => call.returned_stream(function, &block, None, Some(boxed)),
    };
    let own = &call.own;
    if let Some(body) = &mut function.body {
        body.replace(quote!(#attributes #own #tokens));
    }
    Ok(())
}

fn refuse_breaker_without_value(function: &Function, call: &Call<'_>) -> syn::Result<()> {
    if call.operation.protection.is_none() || !without_value(&function.sig) {
        return Ok(());
    }
    let span = match &function.sig.output {
        ReturnType::Type(_, ty) => ty.span(),
        ReturnType::Default => function.sig.ident.span(),
    };
    let message = "a breaker cannot reject a call that returns nothing; \
        return a `Result`, or opt a method out with `#[telemetry(breaker(off))]`";
    Err(syn::Error::new(span, message))
}

fn refuse_fields_of_returned_future(function: &Function, call: &Call<'_>, shape: &Shape) -> syn::Result<()> {
    match shape {
        shape if shape.is_returned() && !call.operation.fields.is_empty() => {
            Err(fields::of_returned_future(&function.sig))
        }
        _ => Ok(()),
    }
}

impl Call<'_> {
    /// `()` and `!`: the guard's drop ends the call.
    fn unit(&self, block: &TokenStream) -> TokenStream {
        let Self { k, op, .. } = self;
        quote_spanned! {Span::mixed_site()=>
            let _c = #k::enter_unit(&#op);
            #block
        }
    }

    /// A value: the closure's return type is the return edge.
    fn value(&self, function: &mut Function, block: &TokenStream) -> TokenStream {
        let Self { k, .. } = self;
        let returned = Returned::of_output(&function.sig.output, Span::mixed_site());
        let enter = self.enter(&returned);
        let run = match inline(function) {
            true => quote_spanned!(Span::mixed_site()=> let __r: #returned = { #block };),
            false => {
                let closure = closure(function, &returned, block);
                quote_spanned!(Span::mixed_site()=> let __r = #k::once(#closure);)
            }
        };
        let pick = self.pick(&returned);
        let call = match self.operation.protection {
            Some(_) => "Admitted",
            None => "Entered",
        };
        let call = Ident::new(call, Span::mixed_site());
        quote_spanned! {Span::mixed_site()=>
            #enter
            #run
            #k::#call::finish(&mut __c, &__r, #k::Pick::of(&__r).#pick());
            return __r;
        }
    }

    fn enter(&self, returned: &Returned) -> TokenStream {
        let Self { k, op, .. } = self;
        if self.operation.protection.is_none() {
            return quote_spanned!(Span::mixed_site()=> let mut __c = #k::enter(&#op););
        }
        let rejected = quote_spanned!(returned.span()=> #k::rejected::<#returned>(__open));
        quote_spanned! {Span::mixed_site()=>
            let mut __c = match #k::admit(&#op) {
                ::core::result::Result::Ok(__c) => __c,
                ::core::result::Result::Err(__open) => return #rejected,
            };
        }
    }

    /// `async fn`: rewritten to a function that returns the future, one state machine instead of two.
    fn future(&self, function: &mut Function, block: &TokenStream, rewrite: bool) -> TokenStream {
        let returned = Returned::of_output(&function.sig.output, function.sig.ident.span());
        let captured = self.captured(function);
        let edge = returned.edge(&self.operation.runtime);
        let future = quote_spanned!(Span::mixed_site()=> async move { #captured #edge #block });
        let returning = self.wrapped(&future, &returned);
        if rewrite {
            return_future(function);
            return quote_spanned!(Span::mixed_site()=> #returning);
        }
        let Wrapped { before, future } = returning;
        quote_spanned!(Span::mixed_site()=> #before return #future.await;)
    }

    /// `async fn .. -> !`: the future's output is a type without values, so nothing follows it.
    fn endless_future(&self, function: &mut Function, block: &TokenStream) -> TokenStream {
        let never = quote_spanned!(Span::mixed_site()=> ::core::convert::Infallible);
        let returned = Returned::of_type(&Type::Verbatim(never));
        let captured = self.captured(function);
        let edge = returned.edge(&self.operation.runtime);
        let future = quote_spanned!(Span::mixed_site()=> async move { #captured #edge #block });
        let Wrapped { before, future } = self.wrapped(&future, &returned);
        quote_spanned!(Span::mixed_site()=> #before let __n = #future.await; match __n {})
    }

    /// A function that returns a future: what it does before stays at the call.
    fn returned_future(
        &self,
        function: &mut Function,
        block: &TokenStream,
        output: Option<&Type>,
        boxed: Option<Boxed>,
    ) -> TokenStream {
        let k = &self.k;
        let returned = Returned::of_output(&function.sig.output, Span::mixed_site());
        let closure = closure(function, &returned, block);
        let output = output.map_or_else(|| Returned::inferred(function.sig.output.span()), Returned::of_type);
        let made = unboxed(k, boxed, quote_spanned!(Span::mixed_site()=> #k::once(#closure)));
        let Wrapped { before, future } = self.wrapped(&made, &output);
        let future = reboxed(k, boxed, future);
        quote_spanned!(Span::mixed_site()=> #before return #future;)
    }

    fn captured(&self, function: &mut Function) -> TokenStream {
        function.attrs.extend(params::allow_for_mut_self(&function.sig));
        params::into_future(&mut function.sig)
    }

    fn wrapped(&self, future: &TokenStream, returned: &Returned) -> Wrapped {
        let Self { k, op, operation, .. } = self;
        let pick = self.pick(returned);
        let wrapper = match operation.protection {
            Some(_) => "Protected",
            None => "Instrumented",
        };
        let wrapper = Ident::new(wrapper, Span::mixed_site());
        let mut before = self.bound(returned);
        let (fut, pick) = if returned.opaque {
            before = quote_spanned!(Span::mixed_site()=> let __f = #future; #before);
            (
                quote_spanned!(Span::mixed_site()=> __f),
                quote_spanned!(Span::mixed_site()=> #k::Pick::of_future(&__f).#pick()),
            )
        } else {
            (future.clone(), quote_spanned!(Span::mixed_site()=> #k::Pick::<#returned>::new().#pick()))
        };
        let future = quote_spanned! {Span::mixed_site()=>
            #k::#wrapper { pick: #pick, live: #k::Live::new(&#op), fut: #fut }
        };
        Wrapped { before, future }
    }

    /// With a breaker, the output must be able to hold the rejection; said at the return type.
    fn bound(&self, returned: &Returned) -> TokenStream {
        let k = &self.k;
        match (&self.operation.protection, returned.opaque) {
            (None, _) => TokenStream::new(),
            (Some(_), true) => quote_spanned!(returned.span()=> #k::require_from_open_of(&__f);),
            (Some(_), false) => quote_spanned!(returned.span()=> #k::require_from_open::<#returned>();),
        }
    }

    /// How the outcome's message is found; an error without one is reported at the return type.
    fn pick(&self, returned: &Returned) -> Ident {
        match self.operation.messages {
            Some(Messages::Debug) => Ident::new("__pick_debug", returned.span()),
            Some(Messages::Display) => Ident::new("__pick_display", returned.span()),
            Some(Messages::Off) | None => Ident::new("__pick", Span::mixed_site()),
        }
    }
}

/// Statements, and the instrumented future behind them.
struct Wrapped {
    before: TokenStream,
    future: TokenStream,
}

impl quote::ToTokens for Wrapped {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { before, future } = self;
        tokens.extend(quote_spanned!(Span::mixed_site()=> #before return #future;));
    }
}

fn closure(function: &mut Function, returned: &Returned, block: &TokenStream) -> TokenStream {
    function.attrs.extend(params::allow_for_mut_self(&function.sig));
    let owned = params::into_closure(&mut function.sig);
    quote_spanned!(Span::mixed_site()=> move || -> #returned { #owned #block })
}

/// What a box holds, as something that can be polled.
fn unboxed(k: &TokenStream, boxed: Option<Boxed>, made: TokenStream) -> TokenStream {
    match boxed {
        Some(Boxed::Unpinned) => quote_spanned!(Span::mixed_site()=> #k::pinned(#made)),
        Some(Boxed::Pinned) | None => made,
    }
}

/// The instrumented form, boxed as the return type wants it.
fn reboxed(k: &TokenStream, boxed: Option<Boxed>, wrapped: TokenStream) -> TokenStream {
    match boxed {
        Some(Boxed::Pinned) => quote_spanned!(Span::mixed_site()=> #k::boxed(#wrapped)),
        Some(Boxed::Unpinned) => quote_spanned!(Span::mixed_site()=> #k::boxed_unpinned(#wrapped)),
        None => wrapped,
    }
}

/// A closure would hide the caller's location; without an early exit none is needed.
fn inline(function: &Function) -> bool {
    has(&function.attrs, "track_caller") && !function.body.as_ref().is_some_and(Body::may_exit_early)
}

/// Lifetimes are captured as by `async fn`: the generated `impl` follows the 2024 rules.
fn return_future(function: &mut Function) {
    let site = Span::mixed_site();
    let output = match &function.sig.output {
        ReturnType::Type(_, ty) => quote!(#ty),
        ReturnType::Default => quote_spanned!(site=> ()),
    };
    function.sig.asyncness = None;
    function.sig.output = ReturnType::Type(
        syn::Token![->](site),
        Box::new(Type::Verbatim(quote_spanned!(site=> impl ::core::future::Future<Output = #output>))),
    );
}
