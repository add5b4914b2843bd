//! Jaeger's header: `{trace id}:{span id}:{parent span id}:{flags}`.

use http::{HeaderMap, HeaderName};
use opentelemetry::{TraceFlags, trace::SpanContext};

use super::{hex, single, value};
use crate::trace::{Context, State};

const HEADER: HeaderName = HeaderName::from_static("uber-trace-id");

/// Sampled, and sampled for debugging.
const SAMPLED: u8 = 0b11;

pub(super) fn inject(span: &SpanContext, headers: &mut HeaderMap) {
    let text = format!("{}:{}:0:{}", span.trace_id(), span.span_id(), u8::from(span.is_sampled()));
    headers.insert(HEADER, value(text));
}

/// Zeros in front may be missing, and colons percent-encoded.
pub(super) fn extract(headers: &HeaderMap) -> Option<Context> {
    /// The longest there can be, every colon encoded.
    const LONGEST: usize = 32 + 16 + 16 + 2 + 3 * 3;
    let text = std::str::from_utf8(single(headers, &HEADER)?).ok()?.trim();
    let text = (text.len() <= LONGEST).then(|| text.replace("%3A", ":").replace("%3a", ":"))?;
    let mut parts = text.split(':').map(str::as_bytes);
    let (trace_id, span_id) = (hex::trace_id(parts.next()?)?, hex::span_id(parts.next()?)?);
    let parent = parts.next()?;
    let is_parent = parent.iter().all(|byte| *byte == b'0') || hex::span_id(parent).is_some();
    let flags = std::str::from_utf8(parts.next()?).ok()?;
    let is_digits = !flags.is_empty() && flags.bytes().all(|byte| byte.is_ascii_hexdigit());
    let flags = u8::from_str_radix(flags, 16).ok()?;
    if !is_parent || !is_digits || parts.next().is_some() {
        return None;
    }
    let flags = TraceFlags::default().with_sampled(flags & SAMPLED != 0);
    Some(Context::of_caller(trace_id, span_id, flags, State::NONE))
}
