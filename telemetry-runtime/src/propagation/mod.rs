//! Trace context on the wire: as the W3C's second level describes it, or as the program's propagator does.

mod given;
mod traceparent;
mod tracestate;

use http::{HeaderMap, HeaderName, HeaderValue};

pub(crate) use self::given::set_propagator;
use crate::trace::{Context, State};

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// Writes the current context into outgoing headers.
///
/// Headers of another context are replaced. Without a current context nothing is written. They are those of the W3C,
/// unless the program has a propagator of its own.
///
/// ```
/// use telemetry_runtime::{inject, Operation};
///
/// let mut headers = http::HeaderMap::new();
/// Operation::new("doc", "inject").run(|| inject(&mut headers));
/// assert_eq!(headers["traceparent"].len(), 55);
/// ```
pub fn inject(headers: &mut HeaderMap) {
    let context = Context::current();
    if !context.is_valid() {
        return;
    }
    if let Some(propagator) = given::given() {
        return given::inject(&propagator, context.span_context().clone(), headers);
    }
    headers.insert(TRACEPARENT, traceparent::format(context.span_context()));
    match context.state().header().map(HeaderValue::try_from) {
        Some(Ok(state)) => drop(headers.insert(TRACESTATE, state)),
        _ => drop(headers.remove(TRACESTATE)),
    }
}

/// Reads the context of incoming headers.
///
/// What is not valid is left out: without a valid `traceparent` the result is [`Context::NONE`], and a `tracestate`
/// that breaks the rules is dropped whole. A propagator of the program has rules of its own.
#[must_use]
pub fn extract(headers: &HeaderMap) -> Context {
    if let Some(propagator) = given::given() {
        return given::extract(&propagator, headers);
    }
    let mut parents = headers.get_all(TRACEPARENT).iter();
    let (Some(parent), None) = (parents.next(), parents.next()) else { return Context::NONE };
    let Some(parent) = traceparent::parse(parent.as_bytes()) else { return Context::NONE };
    let state = tracestate::parse(headers.get_all(TRACESTATE).iter().map(HeaderValue::as_bytes));
    let state = state.map_or(State::NONE, |header| State::new(&header));
    Context::of_caller(parent.trace_id, parent.span_id, parent.flags, state)
}
