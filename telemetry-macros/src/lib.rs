//! Attributes of the telemetry toolkit.
//!
//! Use them through `telemetry_runtime`, which re-exports them and which their expansions name. Every
//! attribute reads its arguments with one table, makes a model of the operation, and writes one static
//! and one call; the rest is code of the runtime.

#![deny(missing_docs, rustdoc::broken_intra_doc_links)]

mod adapter;
mod args;
mod block;
mod body;
mod diagnostics;
mod documentation;
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
mod place;
#[cfg(test)]
mod reference;
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
/// ```
/// use telemetry_runtime as telemetry;
///
/// # trait QuoteSource {
/// #     fn quote(&self, symbol: &str) -> Result<f64, QuoteError>;
/// #     fn symbols(&self) -> Vec<&str>;
/// #     fn name(&self) -> &str;
/// # }
/// # struct Finnhub;
/// #
/// #[derive(Debug, telemetry::ErrorType)]
/// enum QuoteError {
///     UnknownSymbol,
///     Refused,
/// }
///
/// impl From<telemetry::BreakerOpen> for QuoteError {
///     fn from(_: telemetry::BreakerOpen) -> Self {
///         Self::Refused
///     }
/// }
///
/// #[telemetry::instrument_adapter("finnhub", slow = "500ms", breaker)]
/// impl QuoteSource for Finnhub {
///     fn quote(&self, symbol: &str) -> Result<f64, QuoteError> {
///         if symbol == "ACME" { Ok(101.5) } else { Err(QuoteError::UnknownSymbol) }
///     }
///
///     #[telemetry(name = "list", breaker(off))]
///     fn symbols(&self) -> Vec<&str> {
///         vec!["ACME"]
///     }
///
///     #[telemetry(skip)]
///     fn name(&self) -> &str {
///         "finnhub"
///     }
/// }
///
/// let telemetry = telemetry::testing::TestTelemetry::new();
/// let _ = (Finnhub.quote("ACME"), Finnhub.quote("NONE"), Finnhub.symbols(), Finnhub.name());
/// telemetry.call("finnhub", "quote").assert_status("success", 1).assert_errors("unknown_symbol", 1);
/// assert_eq!(telemetry.tree().lines().count(), 3);
/// ```
///
/// # What is instrumented
///
/// Methods with a receiver, in a trait definition their default bodies. Left alone is:
///
/// | What | Why |
/// |---|---|
/// | functions without a receiver | constructors and helpers are no calls to the provider |
/// | `const fn` | it may run in the compiler, which has no clock; even `include` cannot change that |
/// | methods of `Debug` and `Display` | records call them, which would then call themselves |
/// | methods of `Drop` | they run while a panic unwinds |
/// | methods of `Future`, `Stream` and `Iterator` | they are called for each poll and each item |
/// | required methods of a trait | they have no body; their implementations are annotated |
///
/// `#[telemetry(include)]` takes a method in nevertheless, `#[telemetry(skip)]` leaves one out. Under rustdoc an
/// instrumented function's page names its series and a query to begin with.
///
/// # Keys
///
/// | Key | Meaning |
/// |---|---|
/// | `"finnhub"`, `provider = ".."` | the label `provider`. Defaults to the snake case of the self type, or of the trait in a trait definition and in `impl<T> Trait for T` |
/// | `kind = client` | kind of the spans: `client`, `server`, `internal`, `producer`, `consumer`. Defaults to `client` |
/// | `fields(region = self.region)` | attributes of the spans of all methods, as in [`macro@instrument`]; a method's own are added, and win where they have the same name |
/// | `labels(region = self.region)` | more labels of requests, durations and errors; a method's own are added, and win where they have the same name |
/// | `ret`, `ret(Display)` | records success values as the spans' attribute `return`, in their `Debug` or `Display` form |
/// | `err(Display)` | where an error's message comes from: `Debug`, `Display`, or `off` for none. Defaults to `Display` where the error has it |
/// | `ok_if = f`, `error_if = f` | a predicate on `&output` decides what is a success; methods that return nothing are left out |
/// | `error_type = f` | a function from `&error` to its label; methods without a `Result` are left out. Defaults to `ErrorType`, else the type's name |
/// | `slow = "500ms"` | calls slower than this are recorded; `"0s"` switches off. Defaults to the setting `telemetry.slow_threshold` |
/// | `buckets = [0.01, 0.1, 1.0]` | bounds of the histograms in seconds, increasing, at most 15. Defaults to 14 from 5 ms to 10 s |
/// | `slo(latency = "250ms", target = 99.9)` | the objective of each method: so many percent of its calls succeed within the latency |
/// | `breaker` | one circuit breaker for the methods of the block, see below |
/// | `sample = never` | which of the traces that begin with a method are recorded: `always`, `never`, or a share. Defaults to what the settings say |
/// | `level = warn` | level of error records: `error`, `warn`, `info`, `debug`, `trace`. Defaults to `error` |
/// | `parent = self.context`, `links = ..` | the spans' parent, and other spans that they have to do with |
/// | `crate = path` | where the runtime is, if not at `::telemetry_runtime` |
///
/// [`macro@instrument`] says more of each. All but `crate` may stand in `#[telemetry(..)]` on a method too, which then
/// wins over the block. There are also `name = ".."` for the operation, `fallback = Self::cached`, `skip`, and
/// `include`. Durations are written `"100ns"`,
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

#[doc = include_str!("docs/instrument.md")]
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
/// ```
/// #[telemetry_runtime::trace("routes", name = "plan")]
/// fn plan_route(from: u32, to: u32) -> u32 {
///     distance(from, to)
/// }
///
/// #[telemetry_runtime::trace("routes", fields(from, to))]
/// fn distance(from: u32, to: u32) -> u32 {
///     from.abs_diff(to)
/// }
///
/// let telemetry = telemetry_runtime::testing::TestTelemetry::new();
/// plan_route(7, 3);
/// assert_eq!(telemetry.tree(), "routes.plan\n  routes.distance from=7 to=3\n");
/// ```
///
/// # Keys
///
/// `"provider"`, `name`, `kind`, `fields`, `labels`, `ret`, `err`, `ok_if`, `error_if`, `error_type`, `sample`, `parent`,
/// `links` and `crate`, as in [`macro@instrument`].
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
/// ```
/// #[telemetry_runtime::measure("pages", slow = "50ms")]
/// fn render(page: &str) -> String {
///     page.to_uppercase()
/// }
///
/// let telemetry = telemetry_runtime::testing::TestTelemetry::new();
/// render("about us");
/// let calls = telemetry.call("pages", "render");
/// assert_eq!(calls.assert_once().durations().expect("it is measured").count(), 1);
/// assert!(telemetry.spans().is_empty());
/// ```
///
/// # Keys
///
/// `"provider"`, `name`, `labels`, `ok_if`, `error_if`, `slow`, `buckets`, `slo` and `crate`, as in
/// [`macro@instrument`].
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
/// ```
/// #[telemetry_runtime::track_errors("config")]
/// fn load(path: &str) -> std::io::Result<String> {
///     std::fs::read_to_string(path)
/// }
///
/// let telemetry = telemetry_runtime::testing::TestTelemetry::new();
/// assert!(load("/nowhere/at/all").is_err());
/// telemetry.call("config", "load").assert_errors("not_found", 1).assert_times(0);
/// ```
///
/// # Keys
///
/// `"provider"`, `name`, `labels`, `err`, `ok_if`, `error_if`, `error_type`, `level` and `crate`, as in
/// [`macro@instrument`].
#[proc_macro_attribute]
pub fn track_errors(args: TokenStream, item: TokenStream) -> TokenStream {
    function::attribute(Entry::TrackErrors, args.into(), item.into()).chosen().into()
}

/// Sets options of one method inside an annotated block.
///
/// The block's own attribute reads it, so it needs no import there. Anywhere else it has no meaning and
/// is an error that says so.
///
/// ```
/// struct Finnhub;
///
/// #[telemetry_runtime::instrument_adapter]
/// impl Finnhub {
///     #[telemetry(name = "quote", slow = "2s")]
///     fn fetch_quote(&self) -> f64 {
///         101.5
///     }
/// }
///
/// let telemetry = telemetry_runtime::testing::TestTelemetry::new();
/// Finnhub.fetch_quote();
/// telemetry.call("finnhub", "quote").assert_once();
/// ```
///
/// # Keys
///
/// `fallback` as in [`macro@instrument`]; `"provider"`, `name`, `kind`, `fields`, `labels`, `ret`, `err`, `ok_if`,
/// `error_if`, `error_type`, `slow`, `buckets`, `slo`, `breaker`, `sample`, `level`, `parent`, `links`, `skip` and
/// `include` as in [`macro@instrument_adapter`].
#[proc_macro_attribute]
pub fn telemetry(_args: TokenStream, item: TokenStream) -> TokenStream {
    wrong_item::outside_of_block(item.into()).into()
}

/// Names the kinds of an error.
///
/// Labels need few values, so each variant of an enum gives one: its name in snake case. A struct gives
/// its own name.
///
/// ```
/// use telemetry_runtime::ErrorType;
///
/// #[derive(ErrorType)]
/// struct HttpError;
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
/// assert_eq!(QuoteError::NotFound { symbol: "NONE".to_owned() }.error_type(), "gone");
/// assert_eq!(QuoteError::Http(HttpError).error_type(), "http_error");
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
