//! The parts of spans as OTLP has them.
//!
//! The official conversion takes its batch by value, which would cost a copy of every span for each attempt.

#[cfg(any(feature = "otlp-http", feature = "file"))]
mod request;

use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry::trace::{Event, Link, SpanContext, SpanKind, Status};
use opentelemetry::{Array, InstrumentationScope, KeyValue, Value};
use opentelemetry_proto::tonic::common::v1 as common;
use opentelemetry_proto::tonic::common::v1::any_value;
use opentelemetry_proto::tonic::resource::v1 as resource;
use opentelemetry_proto::tonic::trace::v1 as proto;
use opentelemetry_sdk::Resource;

#[cfg(any(feature = "otlp-http", feature = "file"))]
pub(super) use self::request::request;

/// Who sends, converted once.
#[derive(Debug)]
pub(crate) struct Origin {
    pub(super) resource: resource::Resource,
    pub(super) schema_url: String,
}

impl From<&Resource> for Origin {
    fn from(given: &Resource) -> Self {
        let attributes = given.iter().map(|(name, value)| attribute(name.as_str(), value)).collect();
        Self {
            resource: resource::Resource { attributes, ..resource::Resource::default() },
            schema_url: given.schema_url().unwrap_or_default().to_owned(),
        }
    }
}

pub(super) fn scope(given: &InstrumentationScope) -> common::InstrumentationScope {
    common::InstrumentationScope {
        name: given.name().to_owned(),
        version: given.version().unwrap_or_default().to_owned(),
        attributes: given.attributes().map(key_value).collect(),
        dropped_attributes_count: 0,
    }
}

pub(super) fn event(event: &Event) -> proto::span::Event {
    proto::span::Event {
        time_unix_nano: unix_nanos(event.timestamp),
        name: event.name.clone().into_owned(),
        attributes: attributes(&event.attributes),
        dropped_attributes_count: event.dropped_attributes_count,
    }
}

pub(super) fn link(link: &Link) -> proto::span::Link {
    let context = &link.span_context;
    proto::span::Link {
        trace_id: context.trace_id().to_bytes().to_vec(),
        span_id: context.span_id().to_bytes().to_vec(),
        trace_state: context.trace_state().header(),
        attributes: attributes(&link.attributes),
        dropped_attributes_count: link.dropped_attributes_count,
        flags: flags(context, context.is_remote()),
    }
}

pub(super) fn flags(context: &SpanContext, remote: bool) -> u32 {
    let remote = if remote { proto::SpanFlags::ContextIsRemoteMask as u32 } else { 0 };
    u32::from(context.trace_flags().to_u8()) | proto::SpanFlags::ContextHasIsRemoteMask as u32 | remote
}

pub(super) fn kind(kind: &SpanKind) -> proto::span::SpanKind {
    match kind {
        SpanKind::Client => proto::span::SpanKind::Client,
        SpanKind::Server => proto::span::SpanKind::Server,
        SpanKind::Producer => proto::span::SpanKind::Producer,
        SpanKind::Consumer => proto::span::SpanKind::Consumer,
        SpanKind::Internal => proto::span::SpanKind::Internal,
    }
}

pub(super) fn status(status: &Status) -> proto::Status {
    let (code, message) = match status {
        Status::Unset => (proto::status::StatusCode::Unset, ""),
        Status::Ok => (proto::status::StatusCode::Ok, ""),
        Status::Error { description } => (proto::status::StatusCode::Error, description.as_ref()),
    };
    proto::Status { message: message.to_owned(), code: code as i32 }
}

pub(super) fn attributes(given: &[KeyValue]) -> Vec<common::KeyValue> {
    given.iter().map(key_value).collect()
}

pub(super) fn key_value(given: &KeyValue) -> common::KeyValue {
    attribute(given.key.as_str(), &given.value)
}

fn attribute(key: &str, value: &Value) -> common::KeyValue {
    common::KeyValue { key: key.to_owned(), value: Some(any_value(value)), ..common::KeyValue::default() }
}

fn any_value(value: &Value) -> common::AnyValue {
    let value = match value {
        Value::Bool(value) => any_value::Value::BoolValue(*value),
        Value::I64(value) => any_value::Value::IntValue(*value),
        Value::F64(value) => any_value::Value::DoubleValue(*value),
        Value::String(value) => text(value.as_str()),
        Value::Array(Array::Bool(values)) => array(values, |value| any_value::Value::BoolValue(*value)),
        Value::Array(Array::I64(values)) => array(values, |value| any_value::Value::IntValue(*value)),
        Value::Array(Array::F64(values)) => array(values, |value| any_value::Value::DoubleValue(*value)),
        Value::Array(Array::String(values)) => array(values, |value| text(value.as_str())),
        // A type that does not exist yet is better sent as text than not at all.
        other => text(&other.as_str()),
    };
    common::AnyValue { value: Some(value) }
}

fn text(value: &str) -> any_value::Value {
    any_value::Value::StringValue(value.to_owned())
}

fn array<T>(values: &[T], convert: impl Fn(&T) -> any_value::Value) -> any_value::Value {
    let values = values.iter().map(|value| common::AnyValue { value: Some(convert(value)) }).collect();
    any_value::Value::ArrayValue(common::ArrayValue { values })
}

/// Zero before 1970, the last nanosecond after 2554.
pub(super) fn unix_nanos(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
