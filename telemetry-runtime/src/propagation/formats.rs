//! Which headers are written and read.

use std::sync::atomic::{AtomicU32, Ordering};

use http::{HeaderMap, HeaderValue};
use opentelemetry::trace::SpanContext;

use super::{TRACEPARENT, TRACESTATE, b3, jaeger, traceparent, tracestate};
use crate::trace::{Context, State};

/// A way to write a context into headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Format {
    TraceContext = 1,
    Baggage = 2,
    B3 = 3,
    B3Multi = 4,
    Jaeger = 5,
}

const ALL: [Format; 5] = [Format::TraceContext, Format::Baggage, Format::B3, Format::B3Multi, Format::Jaeger];

/// Four bits a format, the first lowest; zero ends them.
const BITS: u32 = 4;

const DEFAULT: u32 = Format::TraceContext as u32 | (Format::Baggage as u32) << BITS;

static CHOSEN: AtomicU32 = AtomicU32::new(DEFAULT);

/// Takes these from now on, in this order.
pub(crate) fn set_formats(formats: &[Format]) {
    let mut distinct: Vec<Format> = Vec::new();
    for format in formats {
        if !distinct.contains(format) {
            distinct.push(*format);
        }
    }
    let packed = distinct.iter().rev().fold(0, |packed, format| packed << BITS | *format as u32);
    CHOSEN.store(packed, Ordering::Relaxed);
}

/// What is written and read.
pub(super) fn chosen() -> impl Iterator<Item = Format> {
    let packed = CHOSEN.load(Ordering::Relaxed);
    let numbers = (0..ALL.len() as u32).map(move |at| packed >> (at * BITS) & ((1 << BITS) - 1));
    numbers.filter_map(|number| ALL.into_iter().find(|format| *format as u32 == number))
}

impl Format {
    /// Writes the place in a trace.
    pub(super) fn inject(self, context: &Context, headers: &mut HeaderMap) {
        let span: &SpanContext = context.span_context();
        match self {
            Self::TraceContext => inject_trace_context(context, headers),
            Self::B3 => b3::inject_single(span, headers),
            Self::B3Multi => b3::inject_multi(span, headers),
            Self::Jaeger => jaeger::inject(span, headers),
            Self::Baggage => {}
        }
    }

    /// Reads the place in a trace, if it is valid.
    pub(super) fn extract(self, headers: &HeaderMap) -> Option<Context> {
        match self {
            Self::TraceContext => extract_trace_context(headers),
            // Zipkin's own libraries read either, whichever they write.
            Self::B3 => b3::extract_single(headers).or_else(|| b3::extract_multi(headers)),
            Self::B3Multi => b3::extract_multi(headers).or_else(|| b3::extract_single(headers)),
            Self::Jaeger => jaeger::extract(headers),
            Self::Baggage => None,
        }
    }
}

fn inject_trace_context(context: &Context, headers: &mut HeaderMap) {
    headers.insert(TRACEPARENT, traceparent::format(context.span_context()));
    match context.state().header().map(HeaderValue::try_from) {
        Some(Ok(state)) => drop(headers.insert(TRACESTATE, state)),
        _ => drop(headers.remove(TRACESTATE)),
    }
}

fn extract_trace_context(headers: &HeaderMap) -> Option<Context> {
    let parent = traceparent::parse(super::single(headers, &TRACEPARENT)?)?;
    let state = tracestate::parse(headers.get_all(TRACESTATE).iter().map(HeaderValue::as_bytes));
    let state = state.map_or(State::NONE, |header| State::new(&header));
    Some(Context::of_caller(parent.trace_id, parent.span_id, parent.flags, state))
}
