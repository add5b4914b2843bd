//! Spans made by hand.

use std::{borrow::Cow, error::Error, sync::Arc};

use opentelemetry::{
    KeyValue, Value,
    trace::{Link as OfficialLink, SpanKind},
};

use super::{
    Context,
    begun::{Begun, SpanGuard, trace_of},
    record::{self, Encoder, EndStatus, Kind as RecordKind},
    ring,
    sampler::{self, Subject},
};
#[cfg(feature = "axum")]
use crate::thread::ContextWords;
use crate::{operation::Kind, redact};

/// Begins a span of that name; see [`SpanBuilder`].
///
/// ```
/// use telemetry_runtime::{current_span, span};
///
/// let span = span("load page").attribute("page", 3).start();
/// let entered = span.enter();
/// assert_eq!(current_span().span_id(), span.context().span_context().span_id());
/// drop(entered);
/// ```
pub fn span(name: impl Into<Cow<'static, str>>) -> SpanBuilder {
    SpanBuilder {
        name: name.into(),
        kind: Kind::Internal,
        attributes: Vec::new(),
        links: Vec::new(),
        parent: None,
        route: None,
    }
}

/// Another span, and what it has to do with this one.
#[derive(Debug)]
struct Link {
    other: Context,
    attributes: Vec<(Cow<'static, str>, Value)>,
}

/// What a span begins with.
///
/// ```
/// use telemetry_runtime::{Context, Kind, SpanBuilder, span};
///
/// let builder: SpanBuilder = span("handle message").kind(Kind::Consumer).attribute("queue", "orders");
/// let span = builder.parent(&Context::NONE).start();
/// assert!(span.context().is_valid());
/// ```
#[must_use = "a span begins with `start`"]
#[derive(Debug)]
pub struct SpanBuilder {
    name: Cow<'static, str>,
    kind: Kind,
    attributes: Vec<(Cow<'static, str>, Value)>,
    links: Vec<Link>,
    parent: Option<Context>,
    /// Of the request that it stands for.
    route: Option<Arc<str>>,
}

impl SpanBuilder {
    /// The kind. Defaults to internal.
    pub fn kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// The same with another name.
    #[cfg(feature = "tracing-layer")]
    pub(crate) fn renamed(mut self, name: String) -> Self {
        self.name = name.into();
        self
    }

    /// An attribute.
    pub fn attribute(mut self, key: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        self.attributes.push((key.into(), value.into()));
        self
    }

    /// The parent. Defaults to what is current on this thread.
    pub fn parent(mut self, parent: &Context) -> Self {
        self.parent = Some(parent.clone());
        self
    }

    /// Another span that this one has to do with.
    pub fn link(self, other: &Context) -> Self {
        self.link_with(other, &[])
    }

    /// Another span, and attributes that say what this one has to do with it.
    pub fn link_with(mut self, other: &Context, attributes: &[(&'static str, Value)]) -> Self {
        let attributes = attributes.iter().map(|(key, value)| (Cow::Borrowed(*key), value.clone()));
        self.links.push(Link { other: other.clone(), attributes: attributes.collect() });
        self
    }

    /// Begins the span; it is not current before [`Span::enter`].
    pub fn start(self) -> Span {
        let begun = Begun::new(self.parent.as_ref(), Subject::Named(&self));
        let span = Span { name: self.name, kind: self.kind, begun, status: EndStatus::Ok };
        for (key, value) in self.attributes {
            span.set_attribute(key, value);
        }
        for link in &self.links {
            span.add_link(link);
        }
        span
    }

    /// The template of the route that the span's request has met, for sampling rules.
    #[cfg(feature = "axum")]
    pub(crate) fn route(mut self, template: Option<Arc<str>>) -> Self {
        self.route = template;
        self
    }

    pub(super) fn route_template(&self) -> Option<&str> {
        self.route.as_deref()
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn span_kind(&self) -> SpanKind {
        self.kind.into()
    }

    pub(super) fn attributes(&self) -> Vec<KeyValue> {
        sampler::key_values(&self.attributes)
    }

    pub(super) fn links(&self) -> Vec<OfficialLink> {
        let official = |link: &Link| {
            let attributes = sampler::key_values(&link.attributes);
            OfficialLink::new(link.other.span_context().clone(), attributes, 0)
        };
        self.links.iter().map(official).collect()
    }
}

/// A span made by hand; it ends when it is dropped.
///
/// A span of a trace that is not recorded costs its context only; what is set on it goes nowhere.
///
/// ```
/// use telemetry_runtime::{Span, span};
///
/// let mut span: Span = span("import").start();
/// span.set_attribute("rows", 12);
/// span.add_event("checked", &[("left_out", 2.into())]);
/// span.record_error(&std::fmt::Error);
/// ```
#[derive(Debug)]
pub struct Span {
    name: Cow<'static, str>,
    kind: Kind,
    begun: Begun,
    status: EndStatus,
}

impl Span {
    /// Whether anything that is set on it will be seen.
    #[must_use]
    pub fn is_recording(&self) -> bool {
        self.begun.is_recording()
    }

    /// Its place in its trace, if that is sampled; what hindsight may still keep is not.
    #[cfg(feature = "axum")]
    pub(crate) fn sampled_words(&self) -> Option<ContextWords> {
        self.begun.sampled_words()
    }

    /// Its place in its trace, for other tasks and for headers.
    #[must_use]
    pub fn context(&self) -> Context {
        self.begun.context()
    }

    /// Sets an attribute; the last value of a key counts.
    pub fn set_attribute(&self, key: impl Into<Cow<'static, str>>, value: impl Into<Value>) {
        if self.is_recording() {
            set_attribute(self.begun.id(), &key.into(), &value.into());
        }
    }

    /// Adds an event that happens now.
    pub fn add_event(&self, name: &str, attributes: &[(&str, Value)]) {
        if self.is_recording() {
            let mut event = Encoder::new(RecordKind::Event, self.begun.id());
            event.word(ring::now());
            event.text(name);
            record::encode_attributes(&mut event, attributes);
            ring::push_addition(event.finish());
        }
    }

    /// Records an error as an event, and the span as failed.
    pub fn record_error(&mut self, error: &dyn Error) {
        self.status = EndStatus::Error;
        let message = redact::message(error);
        self.add_event("exception", &[("exception.message", Value::from(message))]);
    }

    /// The span failed, without an error to show.
    #[cfg(any(feature = "axum", feature = "tower"))]
    pub(crate) fn fail(&mut self, error_type: &str) {
        self.status = EndStatus::Error;
        self.set_attribute("error.type", error_type.to_owned());
    }

    /// Makes the span current on this thread until the guard is dropped.
    pub fn enter(&self) -> SpanGuard {
        self.begun.enter()
    }

    fn add_link(&self, Link { other, attributes }: &Link) {
        if self.is_recording() {
            push_link(self.begun.id(), other, attributes);
        }
    }
}

/// Links a recorded span to `other`, if that is a place at all.
pub(crate) fn push_link(span: u64, other: &Context, attributes: &[(Cow<'static, str>, Value)]) {
    let words = other.words();
    if !words.is_none() {
        let mut link = Encoder::new(RecordKind::Link, span);
        let trace = trace_of(words);
        link.words([trace[0], trace[1], words.span, u64::from(words.flags & 0xff)]);
        record::encode_attributes(&mut link, attributes);
        ring::push_addition(link.finish());
    }
}

/// Sets an attribute of a recorded span.
pub(crate) fn set_attribute(span: u64, key: &str, value: &Value) {
    let mut attribute = Encoder::new(RecordKind::Attribute, span);
    attribute.text(key);
    record::encode_value(&mut attribute, value);
    ring::push_addition(attribute.finish());
}

impl Span {
    /// Ends it before it is dropped; what is set afterwards goes nowhere.
    #[cfg(feature = "tower")]
    pub(crate) fn finish(&mut self) {
        self.end();
    }

    fn end(&mut self) {
        if !self.begun.stop_recording() {
            return;
        }
        let status = if std::thread::panicking() { EndStatus::Panicked } else { self.status };
        let mut end = Encoder::new(RecordKind::NamedEnd, self.begun.id());
        end.words(self.begun.trace());
        end.words(self.begun.frame(ring::now()));
        end.word(self.begun.how(status).to_word());
        end.word(u64::from(self.kind as u8));
        end.text(&self.name);
        ring::push_end(end.finish());
    }
}

impl Drop for Span {
    fn drop(&mut self) {
        self.end();
    }
}
