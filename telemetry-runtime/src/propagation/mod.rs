//! Context on the wire: as the W3C has it, as Zipkin and Jaeger do, or as the program's propagator does.

mod b3;
mod baggage;
mod formats;
mod given;
mod hex;
mod jaeger;
mod traceparent;
mod tracestate;

use http::{HeaderMap, HeaderName, HeaderValue};

pub(crate) use self::{
    baggage::set_baggage_hosts,
    formats::{Format, set_formats},
    given::set_propagator,
};
use crate::trace::Context;

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// Writes the current context into outgoing headers.
///
/// Headers of another context are replaced. Without a current context nothing is written. They are those of the
/// setting `propagation.formats`, the W3C's unless it says else, or those of the program's own propagator. Where they go
/// is not known here, so baggage stays behind: see [`inject_for`].
///
/// ```
/// use telemetry_runtime::{inject, Operation};
///
/// let mut headers = http::HeaderMap::new();
/// Operation::new("doc", "inject").run(|| inject(&mut headers));
/// assert_eq!(headers["traceparent"].len(), 55);
/// ```
pub fn inject(headers: &mut HeaderMap) {
    write(None, headers);
}

/// The same for a request to `host`, which gets the baggage too if the settings list it.
///
/// The setting is `propagation.baggage_hosts`; by default no host gets any.
///
/// ```
/// use telemetry_runtime::{inject_for, Operation};
///
/// let mut headers = http::HeaderMap::new();
/// Operation::new("doc", "inject_for").run(|| inject_for("api.example", &mut headers));
/// assert!(headers.contains_key("traceparent") && !headers.contains_key("baggage"));
/// ```
pub fn inject_for(host: &str, headers: &mut HeaderMap) {
    write(Some(host), headers);
}

/// Whether there is anything for which the host matters.
#[cfg(feature = "tower")]
pub(crate) fn has_baggage() -> bool {
    Context::current().state().baggage().is_some()
}

/// Writes `context` into headers that go anywhere.
#[cfg(feature = "otel-api")]
pub(crate) fn inject_context(context: &Context, headers: &mut HeaderMap) {
    write_context(context, None, headers);
}

fn write(host: Option<&str>, headers: &mut HeaderMap) {
    write_context(&Context::current(), host, headers);
}

fn write_context(context: &Context, host: Option<&str>, headers: &mut HeaderMap) {
    if let Some(propagator) = given::given() {
        if context.is_valid() {
            given::inject(&propagator, context.span_context().clone(), headers);
        }
        return;
    }
    for format in formats::chosen() {
        if format == Format::Baggage {
            baggage::inject(context, host, headers);
        } else if context.is_valid() {
            format.inject(context, headers);
        }
    }
}

/// Reads the context of incoming headers.
///
/// What is not valid is left out: without a valid header of a chosen format the result is [`Context::NONE`], and a
/// `tracestate` that breaks the rules is dropped whole. Of several formats the first that is valid counts, in the order
/// of the setting `propagation.formats`. Baggage comes along without a trace too. A propagator of the program has rules
/// of its own.
#[must_use]
pub fn extract(headers: &HeaderMap) -> Context {
    if let Some(propagator) = given::given() {
        return given::extract(&propagator, headers);
    }
    let context = formats::chosen().find_map(|format| format.extract(headers)).unwrap_or(Context::NONE);
    let has_baggage = formats::chosen().any(|format| format == Format::Baggage);
    match has_baggage.then(|| baggage::extract(headers)).flatten() {
        Some(baggage) => context.carrying(baggage),
        None => context,
    }
}

/// The header's only value: two of them contradict each other.
fn single<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h [u8]> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none()).map(HeaderValue::as_bytes)
}

/// Digits and punctuation of ours are always a legal value.
fn value(text: String) -> HeaderValue {
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}
