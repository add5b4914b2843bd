//! Writes the new body of a function: one static, one call, and the user's block.

mod boxes;
mod rewrite;
mod start;
mod stream;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Type;

use self::boxes::{reboxed, unboxed};
use self::rewrite::{may_return_future, return_future};
use crate::body::{self, Body};
use crate::documentation;
use crate::early::{self, Early};
use crate::fields;
use crate::function::Function;
use crate::inert::has;
use crate::judge::judge;
use crate::merge::Untouched;
use crate::operation::Operation;
use crate::params;
use crate::return_edge::Returned;
use crate::shape::{Boxed, Shape};

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
    early: Option<Early>,
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
        #k::inventory::submit! { &#name }
    };
    instrument(function, operation, quote!(#name), own, rewrite)
}

/// Instruments a method whose operation stands in the table of its block.
pub(crate) fn with_table(
    function: &mut Function,
    operation: &Operation,
    op: TokenStream,
    rewrite: bool,
) -> syn::Result<()> {
    instrument(function, operation, op, TokenStream::new(), rewrite)
}

/// `rewrite`: whether nothing around the function needs the word `async`.
fn instrument(
    function: &mut Function,
    operation: &Operation,
    op: TokenStream,
    own: TokenStream,
    rewrite: bool,
) -> syn::Result<()> {
    let untouched = Untouched::of(function, rewrite);
    let operation = &operation.clone().fitted(&function.sig)?;
    let k = operation.runtime.private();
    let Some(body) = &function.body else { return Ok(()) };
    let (attributes, block) = body.split();
    let mut shape = Shape::of(&function.sig);
    if matches!(shape, Shape::Unit) && operation.set.fallback.is_some() {
        // The value of a rejected call comes from elsewhere, so that there has to be one.
        shape = Shape::Value;
    }
    let links = operation.set.links.as_ref().map(|set| &set.value);
    let fields = fields::recorded(&operation.fields, links, &k, &op);
    if !matches!(shape, Shape::Unit) {
        let in_fields = |name: &Ident| body::mentions(fields.clone(), &name.to_string());
        params::own_unused(&mut function.sig, |name| {
            body.mentions(name) || in_fields(name) || early::mentions(operation, name)
        });
    }
    let early = Early::of(operation, &mut function.sig, &k, &op)?;
    let call = Call { operation, k, op, own, early };
    let block = quote!(#fields #block);
    let tokens = call.expanded(function, &block, &shape, rewrite);
    let record = untouched.map(|untouched| untouched.record(&operation.origin, &function.sig));
    function.attrs.push(documentation::attribute(operation));
    let own = &call.own;
    if let Some(body) = &mut function.body {
        body.replace(quote!(#attributes #own #record #tokens));
    }
    Ok(())
}

impl Call<'_> {
    fn expanded(
        &self,
        function: &mut Function,
        block: &TokenStream,
        shape: &Shape,
        rewrite: bool,
    ) -> TokenStream {
        match shape {
            Shape::Unit => self.unit(block),
            Shape::Value => self.value(function, block),
            Shape::Async => {
                // Statements before the call belong to the first poll, too.
                let rewrite = rewrite && self.early.is_none() && may_return_future(function);
                self.future(function, block, rewrite)
            }
            Shape::AsyncNever => self.endless_future(function, block),
            Shape::Future(output) => self.returned_future(function, block, output.as_deref(), None),
            Shape::Boxed(boxed) => self.returned_future(function, block, None, Some(*boxed)),
            Shape::Stream(item) => self.returned_stream(function, block, Some(item), None),
            Shape::BoxedStream(boxed) => self.returned_stream(function, block, None, Some(*boxed)),
        }
    }

    /// `()` and `!`: the guard's drop ends the call.
    fn unit(&self, block: &TokenStream) -> TokenStream {
        let (k, op, before) = (&self.k, self.op(), self.before_sync());
        let owned = self.early.as_ref().map(|early| &early.params.closure);
        quote_spanned! {Span::mixed_site()=>
            #before
            let _c = #k::enter_unit(&#op);
            #owned
            #block
        }
    }

    /// A value: the closure's return type is the return edge.
    fn value(&self, function: &mut Function, block: &TokenStream) -> TokenStream {
        let Self { k, .. } = self;
        let returned = Returned::of_output(&function.sig.output, Span::mixed_site());
        let enter = self.enter(&returned);
        let run = match inline(function) {
            true => {
                let owned = self.early.as_ref().map(|early| &early.params.closure);
                quote_spanned!(Span::mixed_site()=> let __r: #returned = { #owned #block };)
            }
            false => {
                let closure = self.closure(function, &returned, block);
                quote_spanned!(Span::mixed_site()=> let __r = #k::once(#closure);)
            }
        };
        let call = match self.operation.protection {
            Some(_) => "Admitted",
            None => "Entered",
        };
        let call = Ident::new(call, Span::mixed_site());
        let pick = quote_spanned!(Span::mixed_site()=> #k::Pick::of(&__r));
        let judge = judge(self.operation, &pick, &returned);
        let (before, after) = (self.before_sync(), self.after_failure());
        quote_spanned! {Span::mixed_site()=>
            #before
            #enter
            #run
            #k::#call::finish(&mut __c, &__r, #judge);
            #after
            return __r;
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
        let after = self.after_failure();
        if after.is_empty() {
            return quote_spanned!(Span::mixed_site()=> #before return #future.await;);
        }
        quote_spanned!(Span::mixed_site()=> #before let __r = #future.await; #after return __r;)
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
        let closure = self.closure(function, &returned, block);
        let output = output.map_or_else(|| Returned::inferred(&function.sig.output), Returned::of_type);
        let made = unboxed(k, boxed, quote_spanned!(Span::mixed_site()=> #k::once(#closure)));
        let Wrapped { before, future } = self.wrapped(&made, &output);
        let future = reboxed(k, boxed, future);
        quote_spanned!(Span::mixed_site()=> #before return #future;)
    }

    fn wrapped(&self, future: &TokenStream, returned: &Returned) -> Wrapped {
        let (k, op, site) = (&self.k, self.op(), Span::mixed_site());
        let mut before = self.before();
        let (wrapper, live) = match (self.operation.protection.is_some(), self.fallback()) {
            (true, Some(fallback)) => {
                // The fallback may still have the arguments then.
                let admitted = self.admitted(&Ident::new("admit_future", site), fallback);
                before.extend(quote_spanned!(site=> let __live = #admitted;));
                ("Admittee", quote_spanned!(site=> __live))
            }
            (true, None) => ("Protected", quote_spanned!(site=> #k::Live::new(&#op))),
            (false, _) => ("Instrumented", quote_spanned!(site=> #k::Live::new(&#op))),
        };
        let wrapper = Ident::new(wrapper, site);
        let bound = self.bound(returned);
        let (fut, pick) = if returned.opaque {
            before.extend(quote_spanned!(site=> let __f = #future;));
            (quote_spanned!(site=> __f), quote_spanned!(site=> #k::Pick::of_future(&__f)))
        } else {
            (future.clone(), quote_spanned!(site=> #k::Pick::<#returned>::new()))
        };
        before.extend(bound);
        let pick = judge(self.operation, &pick, returned);
        let future = quote_spanned!(site=> #k::#wrapper { pick: #pick, live: #live, fut: #fut });
        Wrapped { before, future: self.under_parent(future) }
    }

    /// With a breaker, the output must be able to hold the rejection; said at the return type.
    fn bound(&self, returned: &Returned) -> TokenStream {
        let k = &self.k;
        match (&self.operation.protection, returned.opaque) {
            (None, _) => TokenStream::new(),
            (Some(_), _) if self.fallback().is_some() => TokenStream::new(),
            (Some(_), true) => quote_spanned!(returned.span()=> #k::require_from_open_of(&__f);),
            (Some(_), false) => quote_spanned!(returned.span()=> #k::require_from_open::<#returned>();),
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

/// A closure would hide the caller's location; without an early exit none is needed.
fn inline(function: &Function) -> bool {
    has(&function.attrs, "track_caller") && !function.body.as_ref().is_some_and(Body::may_exit_early)
}
