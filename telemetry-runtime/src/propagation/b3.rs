//! Zipkin's headers, as one or as several.
//!
//! A caller may leave the decision about sampling open, or ask for debugging, which is sampled here. Headers without
//! ids, which only decide, are passed over.

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::{SpanId, TraceFlags, TraceId, trace::SpanContext};

use super::{hex, single, value};
use crate::trace::{Context, State, head};

const SINGLE: HeaderName = HeaderName::from_static("b3");
const TRACE_ID: HeaderName = HeaderName::from_static("x-b3-traceid");
const SPAN_ID: HeaderName = HeaderName::from_static("x-b3-spanid");
const SAMPLED: HeaderName = HeaderName::from_static("x-b3-sampled");
const FLAGS: HeaderName = HeaderName::from_static("x-b3-flags");
const PARENT: HeaderName = HeaderName::from_static("x-b3-parentspanid");

pub(super) fn inject_single(span: &SpanContext, headers: &mut HeaderMap) {
    let text = format!("{}-{}-{}", span.trace_id(), span.span_id(), u8::from(span.is_sampled()));
    headers.insert(SINGLE, value(text));
}

pub(super) fn inject_multi(span: &SpanContext, headers: &mut HeaderMap) {
    headers.insert(TRACE_ID, value(span.trace_id().to_string()));
    headers.insert(SPAN_ID, value(span.span_id().to_string()));
    headers.insert(SAMPLED, HeaderValue::from_static(if span.is_sampled() { "1" } else { "0" }));
    // Those of another context would say nothing true of this one.
    [FLAGS, PARENT].iter().for_each(|name| _ = headers.remove(name));
}

pub(super) fn extract_single(headers: &HeaderMap) -> Option<Context> {
    let mut parts = single(headers, &SINGLE)?.trim_ascii().split(|byte| *byte == b'-');
    let (trace_id, span_id) = (trace_id(parts.next()?)?, span_id(parts.next()?)?);
    let is_sampled = parts.next().map(is_sampled);
    let parent = parts.next().map(self::span_id);
    if is_sampled == Some(None) || parent == Some(None) || parts.next().is_some() {
        return None;
    }
    Some(context(trace_id, span_id, is_sampled.flatten()))
}

pub(super) fn extract_multi(headers: &HeaderMap) -> Option<Context> {
    let get = |name: HeaderName| single(headers, &name).map(<[u8]>::trim_ascii);
    let (trace_id, span_id) = (trace_id(get(TRACE_ID)?)?, span_id(get(SPAN_ID)?)?);
    let is_debug = get(FLAGS) == Some(b"1");
    let is_sampled = match (is_debug, get(SAMPLED)) {
        (true, _) => Some(true),
        (false, None) => None,
        (false, Some(flag)) => Some(is_sampled(flag)?),
    };
    Some(context(trace_id, span_id, is_sampled))
}

fn trace_id(digits: &[u8]) -> Option<TraceId> {
    hex::trace_id(digits).filter(|_| matches!(digits.len(), 16 | 32))
}

fn span_id(digits: &[u8]) -> Option<SpanId> {
    hex::span_id(digits).filter(|_| digits.len() == 16)
}

/// Also the words of older senders.
fn is_sampled(flag: &[u8]) -> Option<bool> {
    match flag {
        b"1" | b"d" | b"true" => Some(true),
        b"0" | b"false" => Some(false),
        _ => None,
    }
}

/// A decision that the caller left open is made here, as for a trace that begins.
fn context(trace_id: TraceId, span_id: SpanId, is_sampled: Option<bool>) -> Context {
    let is_sampled = is_sampled.unwrap_or_else(|| head::samples_trace(trace_id));
    Context::of_caller(trace_id, span_id, TraceFlags::default().with_sampled(is_sampled), State::NONE)
}
