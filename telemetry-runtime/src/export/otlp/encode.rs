//! Requests as bytes, without an official message for each span in between.
//!
//! Those own every text that they hold: some thirty allocations a span, most of what sending it costs. What nearly
//! every span has is written here; events, links, arrays and who sends go through the official messages.

use bytes::Bytes;
use opentelemetry::trace::SpanId;
use opentelemetry::{InstrumentationScope, KeyValue, Value};
use opentelemetry_sdk::trace::SpanData;
use prost::encoding::{
    WireType, encode_key, encode_varint, encoded_len_varint, fixed32, fixed64, int32, key_len, message,
    uint32,
};

use crate::export::proto::{self, Origin};

/// Fields of `opentelemetry.proto.trace.v1.Span`.
mod field {
    pub(super) const TRACE_ID: u32 = 1;
    pub(super) const SPAN_ID: u32 = 2;
    pub(super) const TRACE_STATE: u32 = 3;
    pub(super) const PARENT_SPAN_ID: u32 = 4;
    pub(super) const NAME: u32 = 5;
    pub(super) const KIND: u32 = 6;
    pub(super) const START: u32 = 7;
    pub(super) const END: u32 = 8;
    pub(super) const ATTRIBUTES: u32 = 9;
    pub(super) const DROPPED_ATTRIBUTES: u32 = 10;
    pub(super) const EVENTS: u32 = 11;
    pub(super) const DROPPED_EVENTS: u32 = 12;
    pub(super) const LINKS: u32 = 13;
    pub(super) const DROPPED_LINKS: u32 = 14;
    pub(super) const STATUS: u32 = 15;
    pub(super) const FLAGS: u32 = 16;
}

/// An `ExportTraceServiceRequest` of one batch.
///
/// Spans are most of it, so the parts around them are made first and every span is copied into it once.
pub(super) fn request(batch: &[SpanData], origin: &Origin) -> Bytes {
    let (mut resource, mut schema_url) = (Vec::new(), Vec::new());
    message::encode(1, &origin.resource, &mut resource);
    text(3, &origin.schema_url, &mut schema_url);
    let groups: Vec<Group> = by_scope(batch).into_iter().map(Group::new).collect();
    let groups_len: usize = groups.iter().map(|group| field_len(2, group.len())).sum();
    let len = resource.len() + groups_len + schema_url.len();

    let mut request = Vec::with_capacity(field_len(1, len));
    length(1, len, &mut request);
    request.extend_from_slice(&resource);
    for group in groups {
        length(2, group.len(), &mut request);
        request.extend_from_slice(&group.scope);
        request.extend_from_slice(&group.spans);
        request.extend_from_slice(&group.schema_url);
    }
    request.extend_from_slice(&schema_url);
    request.into()
}

/// The parts of a `ScopeSpans`.
struct Group {
    scope: Vec<u8>,
    spans: Vec<u8>,
    schema_url: Vec<u8>,
}

impl Group {
    fn new((scope, spans): (&InstrumentationScope, Vec<u8>)) -> Self {
        let mut group = Self { scope: Vec::new(), spans, schema_url: Vec::new() };
        message::encode(1, &proto::scope(scope), &mut group.scope);
        text(3, scope.schema_url().unwrap_or_default(), &mut group.schema_url);
        group
    }

    fn len(&self) -> usize {
        self.scope.len() + self.spans.len() + self.schema_url.len()
    }
}

/// The spans of each scope, written one after the other; there are few scopes, and neighbours mostly share theirs.
fn by_scope(batch: &[SpanData]) -> Vec<(&InstrumentationScope, Vec<u8>)> {
    /// What a span without events takes.
    const USUAL: usize = 384;
    let mut groups: Vec<(&InstrumentationScope, Vec<u8>)> = Vec::new();
    let (mut current, mut scratch) = (0, Vec::with_capacity(USUAL));
    for given in batch {
        let wanted = &given.instrumentation_scope;
        if groups.get(current).is_none_or(|(scope, _)| *scope != wanted) {
            current = groups.iter().position(|(scope, _)| *scope == wanted).unwrap_or_else(|| {
                groups.push((wanted, Vec::with_capacity(batch.len() * USUAL)));
                groups.len() - 1
            });
        }
        scratch.clear();
        span(given, &mut scratch);
        bytes(2, &scratch, &mut groups[current].1);
    }
    groups
}

fn span(span: &SpanData, out: &mut Vec<u8>) {
    let context = &span.span_context;
    bytes(field::TRACE_ID, &context.trace_id().to_bytes(), out);
    bytes(field::SPAN_ID, &context.span_id().to_bytes(), out);
    text(field::TRACE_STATE, &context.trace_state().header(), out);
    if span.parent_span_id != SpanId::INVALID {
        bytes(field::PARENT_SPAN_ID, &span.parent_span_id.to_bytes(), out);
    }
    text(field::NAME, &span.name, out);
    int32::encode(field::KIND, &(proto::kind(&span.span_kind) as i32), out);
    time(field::START, proto::unix_nanos(span.start_time), out);
    time(field::END, proto::unix_nanos(span.end_time), out);
    for given in &span.attributes {
        attribute(given, out);
    }
    count(field::DROPPED_ATTRIBUTES, span.dropped_attributes_count, out);
    for event in span.events.iter() {
        message::encode(field::EVENTS, &proto::event(event), out);
    }
    count(field::DROPPED_EVENTS, span.events.dropped_count, out);
    for link in span.links.iter() {
        message::encode(field::LINKS, &proto::link(link), out);
    }
    count(field::DROPPED_LINKS, span.links.dropped_count, out);
    message::encode(field::STATUS, &proto::status(&span.status), out);
    fixed32::encode(field::FLAGS, &proto::flags(context, span.parent_span_is_remote), out);
}

/// A `KeyValue`: the key is field 1, the value, an `AnyValue`, field 2.
fn attribute(given: &KeyValue, out: &mut Vec<u8>) {
    let key = given.key.as_str();
    let value_len = match &given.value {
        Value::String(value) => field_len(1, value.as_str().len()),
        Value::Bool(_) => key_len(2) + 1,
        Value::I64(value) => key_len(3) + encoded_len_varint(value.cast_unsigned()),
        Value::F64(_) => key_len(4) + 8,
        _ => return message::encode(field::ATTRIBUTES, &proto::key_value(given), out),
    };
    let key_part = if key.is_empty() { 0 } else { field_len(1, key.len()) };
    length(field::ATTRIBUTES, key_part + field_len(2, value_len), out);
    text(1, key, out);
    length(2, value_len, out);
    // Members of a `oneof` are written even if they are empty or zero.
    match &given.value {
        Value::String(value) => bytes(1, value.as_str().as_bytes(), out),
        Value::Bool(value) => {
            encode_key(2, WireType::Varint, out);
            encode_varint(u64::from(*value), out);
        }
        Value::I64(value) => {
            encode_key(3, WireType::Varint, out);
            encode_varint(value.cast_unsigned(), out);
        }
        Value::F64(value) => {
            encode_key(4, WireType::SixtyFourBit, out);
            out.extend_from_slice(&value.to_le_bytes());
        }
        _ => {}
    }
}

/// What a field of so many bytes takes.
fn field_len(number: u32, len: usize) -> usize {
    key_len(number) + encoded_len_varint(len as u64) + len
}

fn length(number: u32, len: usize, out: &mut Vec<u8>) {
    encode_key(number, WireType::LengthDelimited, out);
    encode_varint(len as u64, out);
}

fn bytes(number: u32, value: &[u8], out: &mut Vec<u8>) {
    length(number, value.len(), out);
    out.extend_from_slice(value);
}

/// An empty text is as good as none.
fn text(number: u32, value: &str, out: &mut Vec<u8>) {
    if !value.is_empty() {
        bytes(number, value.as_bytes(), out);
    }
}

fn time(number: u32, nanos: u64, out: &mut Vec<u8>) {
    fixed64::encode(number, &nanos, out);
}

fn count(number: u32, count: u32, out: &mut Vec<u8>) {
    if count != 0 {
        uint32::encode(number, &count, out);
    }
}
