//! Attributes of the telemetry toolkit.
//!
//! Use them through `telemetry_runtime`, which re-exports them and which their expansions name. Every
//! attribute reads its arguments with one table, makes a model of the operation, and writes one static
//! and one call; the rest is code of the runtime.

mod adapter;
mod args;
mod block;
mod body;
mod diagnostics;
mod early;
mod error_type;
mod expand;
mod expansion;
#[cfg(test)]
mod expansions;
mod fields;
mod fit;
mod function;
mod inert;
mod judge;
mod merge;
mod names;
mod operation;
mod params;
mod return_edge;
mod runtime_path;
mod shape;
mod wrong_item;

use proc_macro::TokenStream;

use crate::args::Entry;

/// Instruments all methods of a block.
///
/// An adapter is a type whose methods talk to one provider. One attribute on its `impl` block, on a
/// trait's `impl` or on a trait definition makes every call a span, a latency measurement and a counted
/// outcome, under the labels `provider` and `operation`.
///
/// ```ignore
/// use telemetry_runtime as telemetry;
///
/// #[telemetry::instrument_adapter("finnhub", slow = "500ms", breaker)]
/// impl QuoteSource for Finnhub {
///     async fn quote(&self, symbol: &str) -> Result<Quote, QuoteError> {
///         self.get(symbol).await
///     }
///
///     #[telemetry(name = "list", breaker(off))]
///     async fn symbols(&self) -> Vec<String> {
///         self.list().await
///     }
///
///     #[telemetry(skip)]
///     fn name(&self) -> &str {
///         "finnhub"
///     }
/// }
/// ```
///
/// # What is instrumented
///
/// Methods with a receiver. Functions without one, `const fn`, and all methods of `Debug`, `Display`,
/// `Drop`, `Future`, `Iterator` and `Stream` are left alone unless `#[telemetry(include)]` asks. In a
/// trait definition the default bodies are instrumented; required methods stay as they are.
///
/// # Keys
///
/// | Key | Meaning |
/// |---|---|
/// | `"finnhub"`, `provider = ".."` | the label `provider`. Defaults to the snake case of the self type, or of the trait in a trait definition and in `impl<T> Trait for T` |
/// | `kind = client` | kind of the spans: `client`, `server`, `internal`, `producer`, `consumer`. Defaults to `client` |
/// | `fields(region = self.region)` | attributes of the spans of all methods, as in [`macro@instrument`]; a method's own are added, and win where they have the same name |
/// | `err(Display)` | where an error's message comes from: `Debug`, `Display`, or `off` for none. Defaults to `Display` where the error has it |
/// | `slow = "500ms"` | calls slower than this are recorded; `"0s"` switches off. Defaults to the setting `telemetry.slow_threshold` |
/// | `breaker` | one circuit breaker for the methods of the block, see below |
/// | `crate = path` | where the runtime is, if not at `::telemetry_runtime` |
///
/// All but `crate` may stand in `#[telemetry(..)]` on a method too, which then wins over the block.
/// There are also `name = ".."` for the operation, `skip`, and `include`. Durations are written `"100ns"`,
/// `"10us"`, `"500ms"`, `"1.5s"`, `"2m"`.
///
/// # Breakers
///
/// `breaker` protects with the defaults, `breaker = "name"` joins the breaker of that name, and
/// `breaker(failure_rate = 0.5, slow_rate = 1.0, slow_call = "60s", window = "30s", minimum_calls = 20,
/// open_for = "30s", half_open_permits = 5, lease = "30s")` sets what it names; `window_calls = 100` in
/// the place of `window` counts calls. On a method the breaker is its own, `breaker(off)` takes it out of
/// the block's. The error must implement `From<BreakerOpen>`.
#[proc_macro_attribute]
pub fn instrument_adapter(args: TokenStream, item: TokenStream) -> TokenStream {
    adapter::attribute(args.into(), item.into()).chosen().into()
}

/// Instruments one function or method.
///
/// Its calls get a span of their own and count in requests, durations and errors. Sync and async
/// functions work, and functions that return a future or a stream: `impl Future`, `Pin<Box<dyn Future>>`,
/// `BoxFuture`, `LocalBoxFuture`, and the same of `Stream`. A future counts from its first poll; one that is
/// never polled is no call.
///
/// ```ignore
/// #[telemetry_runtime::instrument("finnhub", name = "quote", kind = client, slow = "500ms")]
/// async fn fetch_quote(symbol: &str) -> Result<Quote, QuoteError> {
///     http_get(symbol).await?.json().await
/// }
/// ```
///
/// # Outcome
///
/// A `Result` decides by `Ok` and `Err`, every other type is a success. A panic is `panicked`, a future
/// dropped half-way `cancelled`. An error's label comes from `ErrorType`, else from its type's name; in a
/// generic function only the bounds that it states count.
///
/// # Streams
///
/// The call of a stream lasts from its first poll to its end, so its duration includes the time that the
/// consumer takes between two items. The span attribute `stream.items` says how many items it gave. The first
/// item that is an error decides the outcome, however the stream goes on or is left; without one, a stream that
/// is dropped before its end is `cancelled`. A breaker that is open gives one item, the rejection.
///
/// # Keys
///
/// | Key | Meaning |
/// |---|---|
/// | `"finnhub"`, `provider = ".."` | the label `provider`. Defaults to the first segment of the module's path |
/// | `name = ".."` | the label `operation`. Defaults to the function's name |
/// | `kind = internal` | kind of the span: `client`, `server`, `internal`, `producer`, `consumer`. Defaults to `internal` |
/// | `fields(id, ?query, key = expr)` | attributes of the span, see below |
/// | `err(Display)` | where an error's message comes from: `Debug`, `Display`, or `off` for none. Defaults to `Display` where the error has it |
/// | `slow = "500ms"` | calls slower than this are recorded; `"0s"` switches off. Defaults to the setting `telemetry.slow_threshold` |
/// | `breaker`, `breaker = ".."`, `breaker(..)` | a circuit breaker of its own, or a shared one, as in [`macro@instrument_adapter`] |
/// | `crate = path` | where the runtime is, if not at `::telemetry_runtime` |
///
/// # Fields
///
/// ```ignore
/// #[telemetry_runtime::instrument(fields(symbol, ?range, %venue, http.route = "/quotes", size = range.len()))]
/// async fn history(symbol: &str, range: Range<u32>, venue: Venue) -> Result<Vec<Quote>, QuoteError> {
///     http_get(symbol, range, venue).await?.json().await
/// }
/// ```
///
/// | Field | Records |
/// |---|---|
/// | `symbol` | the variable of that name: a boolean, a number or a text |
/// | `?range`, `%venue` | the variable's `Debug` or `Display` form |
/// | `key = expr`, `key = ?expr`, `key = %expr` | an expression, in the same three ways |
///
/// A key is a word, words joined by dots, or a text in quotes. Values see the arguments under the names of
/// the signature, and `self`; they borrow them before the body runs, an `async fn`'s at its first poll.
/// **They are evaluated only if the span is recorded**, so they may cost something but must not have effects.
/// `?`, `return` and `.await` cannot stand in them. The attributes that every span has (`provider`, `operation`,
/// `peer.service`, `error.type`, `code.*`) and `otel.*` are taken. A function that returns its future without
/// being an `async fn`, or a stream, takes no fields.
///
/// # Limits
///
/// `const fn` and methods without a body cannot be instrumented. Under `#[track_caller]` the caller's
/// location is kept for bodies that cannot return early. An alias of a boxed future or stream that is not called
/// `BoxFuture`, `LocalBoxFuture`, `BoxStream` or `LocalBoxStream` is not recognised, nor is a future or stream
/// inside another type, such as `Result<BoxStream<'_, T>, E>`: the making of it is the call then.
#[proc_macro_attribute]
pub fn instrument(args: TokenStream, item: TokenStream) -> TokenStream {
    function::attribute(Entry::Instrument, args.into(), item.into()).chosen().into()
}

/// Gives the calls of a function a span.
///
/// For functions whose place in a trace matters more than their latency. The outcomes of the calls are
/// counted too; durations and errors are not. Stacked with [`macro@measure`] and
/// [`macro@track_errors`], in any order, it becomes one instrumentation.
///
/// ```ignore
/// #[telemetry_runtime::trace(name = "plan")]
/// fn plan_route(from: City, to: City) -> Route {
///     shortest(from, to)
/// }
/// ```
///
/// # Keys
///
/// `"provider"`, `name`, `kind`, `fields`, `err` and `crate`, as in [`macro@instrument`].
#[proc_macro_attribute]
pub fn trace(args: TokenStream, item: TokenStream) -> TokenStream {
    function::attribute(Entry::Trace, args.into(), item.into()).chosen().into()
}

/// Measures the calls of a function.
///
/// Their outcomes, durations and the number running are counted, slow ones are recorded; there is no
/// span. Stacked with [`macro@trace`] and [`macro@track_errors`], in any order, it becomes one
/// instrumentation.
///
/// ```ignore
/// #[telemetry_runtime::measure(slow = "50ms")]
/// fn render(page: &Page) -> String {
///     page.to_string()
/// }
/// ```
///
/// # Keys
///
/// `"provider"`, `name`, `slow` and `crate`, as in [`macro@instrument`].
#[proc_macro_attribute]
pub fn measure(args: TokenStream, item: TokenStream) -> TokenStream {
    function::attribute(Entry::Measure, args.into(), item.into()).chosen().into()
}

/// Counts and records the errors of a function.
///
/// Each error counts under its kind and is written to the log and to the innermost current span; calls
/// that succeed leave nothing. Stacked with [`macro@trace`] and [`macro@measure`], in any order, it
/// becomes one instrumentation.
///
/// ```ignore
/// #[telemetry_runtime::track_errors("config")]
/// fn load(path: &Path) -> Result<Config, ConfigError> {
///     Config::parse(&std::fs::read_to_string(path)?)
/// }
/// ```
///
/// # Keys
///
/// `"provider"`, `name`, `err` and `crate`, as in [`macro@instrument`].
#[proc_macro_attribute]
pub fn track_errors(args: TokenStream, item: TokenStream) -> TokenStream {
    function::attribute(Entry::TrackErrors, args.into(), item.into()).chosen().into()
}

/// Sets options of one method inside an annotated block.
///
/// The block's own attribute reads it, so it needs no import there. Anywhere else it has no meaning and
/// is an error that says so.
///
/// ```ignore
/// #[telemetry_runtime::instrument_adapter]
/// impl Finnhub {
///     #[telemetry(name = "quote", slow = "2s")]
///     async fn fetch_quote(&self) -> Result<Quote, QuoteError> {
///         self.get("/quote").await
///     }
/// }
/// ```
///
/// # Keys
///
/// `"provider"`, `name`, `kind`, `fields`, `err`, `slow`, `breaker`, `skip` and `include`, as in
/// [`macro@instrument_adapter`].
#[proc_macro_attribute]
pub fn telemetry(_args: TokenStream, item: TokenStream) -> TokenStream {
    wrong_item::outside_of_block(item.into()).into()
}

/// Names the kinds of an error.
///
/// Labels need few values, so each variant of an enum gives one: its name in snake case. A struct gives
/// its own name.
///
/// ```ignore
/// use telemetry_runtime::ErrorType;
///
/// #[derive(ErrorType)]
/// enum QuoteError {
///     RateLimited,
///     #[error_type("gone")]
///     NotFound { symbol: String },
///     #[error_type(transparent)]
///     Http(HttpError),
/// }
///
/// assert_eq!(QuoteError::RateLimited.error_type(), "rate_limited");
/// ```
///
/// # Options
///
/// | Option | Meaning |
/// |---|---|
/// | `#[error_type("..")]` | this label; on an enum for all variants that do not say otherwise |
/// | `#[error_type(transparent)]` | the label of the only field, which must implement `ErrorType` |
/// | `#[error_type(crate = path)]` | where the runtime is, if not at `::telemetry_runtime`; on the type |
#[proc_macro_derive(ErrorType, attributes(error_type))]
pub fn derive_error_type(item: TokenStream) -> TokenStream {
    error_type::derive(item.into()).into()
}
