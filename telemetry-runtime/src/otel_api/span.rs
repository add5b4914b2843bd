//! A span that a library makes through the official API.

use std::{borrow::Cow, time::SystemTime};

use opentelemetry::{
    Key, KeyValue, Value,
    trace::{Span, SpanBuilder as OfficialBuilder, SpanContext, Status},
};

use super::tracer::{described, kind};
use crate::{
    operation::Kind,
    trace::{
        Context, NamedSpan, push_link,
        record::{self, Encoder, Kind as RecordKind},
        ring, set_attribute,
    },
};

/// A span that a library makes through the official API; it ends when it is dropped.
///
/// ```
/// use opentelemetry::trace::{Span, Tracer, TracerProvider};
/// use telemetry_runtime::{TelemetrySpan, TelemetryTracerProvider};
///
/// let mut span: TelemetrySpan = TelemetryTracerProvider::new().tracer("library").start("query");
/// span.set_attribute(opentelemetry::KeyValue::new("rows", 12));
/// span.end();
/// ```
#[derive(Debug)]
pub struct TelemetrySpan {
    context: SpanContext,
    name: Cow<'static, str>,
    kind: Kind,
    status: Status,
    /// None of a span that is not to be.
    own: Option<NamedSpan>,
}

impl TelemetrySpan {
    pub(super) fn start(scope: u32, parent: Option<&Context>, builder: OfficialBuilder) -> Self {
        let began = builder.start_time.map(ring::tick_of);
        let own = NamedSpan::start(scope, parent, &|| described(&builder), began);
        let OfficialBuilder { span_kind, name, attributes, events, links, .. } = builder;
        let context = own.context().span_context().clone();
        let kind = kind(span_kind.as_ref());
        let mut span = Self { context, name, kind, status: Status::Unset, own: Some(own) };
        span.set_attributes(attributes.unwrap_or_default());
        for link in links.unwrap_or_default() {
            span.add_link(link.span_context, link.attributes);
        }
        for event in events.unwrap_or_default() {
            span.add_event_with_timestamp(event.name, event.timestamp, event.attributes);
        }
        span
    }

    /// A span that leaves no trace; what is below it is its parent's.
    pub(super) fn suppressed(parent: &Context) -> Self {
        Self {
            context: parent.span_context().clone(),
            name: Cow::Borrowed(""),
            kind: Kind::Internal,
            status: Status::Unset,
            own: None,
        }
    }

    /// Its id in records, if what is said of it will be seen.
    fn recorded(&self) -> Option<u64> {
        self.own.as_ref().and_then(NamedSpan::recorded)
    }

    fn end_at(&mut self, tick: u64) {
        let Some(span) = self.recorded() else { return };
        let said = |key: &str, value: &str| set_attribute(span, key, &Value::from(value.to_owned()));
        match &self.status {
            Status::Unset => {}
            Status::Ok => said(record::STATUS_CODE, "ok"),
            Status::Error { description } => {
                said(record::STATUS_CODE, "error");
                said(record::STATUS_DESCRIPTION, description);
            }
        }
        if let Some(own) = &mut self.own {
            own.end(self.kind, &self.name, tick);
        }
    }
}

impl Span for TelemetrySpan {
    fn add_event_with_timestamp<T>(&mut self, name: T, timestamp: SystemTime, attributes: Vec<KeyValue>)
    where
        T: Into<Cow<'static, str>>,
    {
        let Some(span) = self.recorded() else { return };
        let mut event = Encoder::new(RecordKind::Event, span);
        event.word(ring::tick_of(timestamp));
        event.text(&name.into());
        record::encode_attributes(&mut event, &pairs(attributes));
        ring::push_addition(event.finish());
    }

    fn span_context(&self) -> &SpanContext {
        &self.context
    }

    fn is_recording(&self) -> bool {
        self.recorded().is_some()
    }

    fn set_attribute(&mut self, attribute: KeyValue) {
        if let Some(span) = self.recorded() {
            set_attribute(span, attribute.key.as_str(), &attribute.value);
        }
    }

    /// `Ok` stays, and an error stays unless `Ok` comes.
    fn set_status(&mut self, status: Status) {
        if self.is_recording() && status > self.status {
            self.status = status;
        }
    }

    fn update_name<T>(&mut self, name: T)
    where
        T: Into<Cow<'static, str>>,
    {
        self.name = name.into();
    }

    fn add_link(&mut self, other: SpanContext, attributes: Vec<KeyValue>) {
        if let Some(span) = self.recorded() {
            let attributes: Vec<(Cow<'static, str>, Value)> =
                pairs(attributes).into_iter().map(|(key, value)| (String::from(key).into(), value)).collect();
            push_link(span, &Context::new(other), &attributes);
        }
    }

    fn end_with_timestamp(&mut self, timestamp: SystemTime) {
        self.end_at(ring::tick_of(timestamp));
    }
}

fn pairs(attributes: Vec<KeyValue>) -> Vec<(Key, Value)> {
    attributes.into_iter().map(|KeyValue { key, value, .. }| (key, value)).collect()
}

impl Drop for TelemetrySpan {
    fn drop(&mut self) {
        self.end_at(ring::now());
    }
}
