//! The `traceparent` header.

use http::HeaderValue;
use opentelemetry::{SpanId, TraceFlags, TraceId, trace::SpanContext};

use super::hex::hex;

/// The flags that this level of the specification knows: sampled and random trace id.
const KNOWN_FLAGS: u8 = 0x03;

/// Length of version 00, in bytes: `00-<32>-<16>-<2>`.
const LENGTH: usize = 55;

#[derive(Debug, PartialEq)]
pub(super) struct TraceParent {
    pub(super) trace_id: TraceId,
    pub(super) span_id: SpanId,
    pub(super) flags: TraceFlags,
}

/// Later versions may append fields, which are passed over; version ff is forbidden.
pub(super) fn parse(header: &[u8]) -> Option<TraceParent> {
    let (known, rest) = header.trim_ascii().split_at_checked(LENGTH)?;
    let [version] = hex(&known[..2])?;
    let rest_is_legal =
        if version == 0 { rest.is_empty() } else { rest.first().is_none_or(|byte| *byte == b'-') };
    if version == 0xff || !rest_is_legal || [2, 35, 52].iter().any(|at| known[*at] != b'-') {
        return None;
    }
    let trace_id = TraceId::from_bytes(hex(&known[3..35])?);
    let span_id = SpanId::from_bytes(hex(&known[36..52])?);
    let [flags] = hex(&known[53..])?;
    let is_valid = trace_id != TraceId::INVALID && span_id != SpanId::INVALID;
    is_valid.then(|| TraceParent { trace_id, span_id, flags: TraceFlags::new(flags & KNOWN_FLAGS) })
}

pub(super) fn format(span: &SpanContext) -> HeaderValue {
    let flags = span.trace_flags().to_u8() & KNOWN_FLAGS;
    let text = format!("00-{}-{}-{flags:02x}", span.trace_id(), span.span_id());
    // Hexadecimal digits and dashes are always a legal value.
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const SPAN: &str = "00f067aa0ba902b7";

    #[test]
    fn valid_headers() {
        let cases = [
            (format!("00-{TRACE}-{SPAN}-01"), 1),
            (format!(" 00-{TRACE}-{SPAN}-00\t"), 0),
            (format!("00-{TRACE}-{SPAN}-ff"), 3),
            (format!("01-{TRACE}-{SPAN}-03"), 3),
            (format!("cc-{TRACE}-{SPAN}-01-what-the-future-brings"), 1),
        ];
        for (header, flags) in cases {
            let parent = parse(header.as_bytes()).unwrap_or_else(|| panic!("{header}"));
            assert_eq!(parent.flags.to_u8(), flags, "{header}");
            assert_eq!(
                (parent.trace_id.to_string(), parent.span_id.to_string()),
                (TRACE.into(), SPAN.into())
            );
        }
    }

    #[test]
    fn broken_headers() {
        let zero_trace = format!("00-{}-{SPAN}-01", "0".repeat(32));
        let zero_span = format!("00-{TRACE}-{}-01", "0".repeat(16));
        let cases = [
            String::new(),
            "00".into(),
            zero_trace,
            zero_span,
            format!("ff-{TRACE}-{SPAN}-01"),
            format!("0-{TRACE}-{SPAN}-01"),
            format!("00-{}-{SPAN}-01", TRACE.to_uppercase()),
            format!("00-{TRACE}-{SPAN}-1"),
            format!("00-{TRACE}-{SPAN}-0G"),
            format!("00-{TRACE}-{SPAN}-01-"),
            format!("00-{TRACE}-{SPAN}-01-extra"),
            format!("01-{TRACE}-{SPAN}-01extra"),
            format!("00_{TRACE}-{SPAN}-01"),
            format!("00-{TRACE}-{SPAN}é-01"),
            "x".repeat(1_000_000),
        ];
        for header in cases {
            assert_eq!(parse(header.as_bytes()), None, "{}", &header[..header.len().min(80)]);
        }
    }
}
