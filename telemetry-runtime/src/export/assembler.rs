//! From records to the official `SpanData`.

use std::{
    borrow::Cow,
    collections::{HashMap, VecDeque},
};

use opentelemetry::{
    InstrumentationScope, Key, KeyValue, SpanId, StringValue, Value,
    trace::{Event, Link, SpanContext, SpanKind, Status, TraceState},
};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};

use super::{limits::SpanLimits, wall::Wall};
use crate::{
    clock::Clock,
    operation::{Kind, Operation, catalog},
    redact,
    thread::ContextWords,
    trace::{
        record::{EndStatus, EndedSpan, Record},
        span_context,
    },
};

/// Spans whose additions are kept before their end comes; the oldest give way.
const MAX_OPEN: usize = 16 * 1024;

/// Puts spans together from what several threads wrote about them.
///
/// An event may lie in another thread's ring than its span's end. So a span is finished one pass after its end was
/// seen: by then every ring has been read once more.
#[derive(Debug)]
pub(crate) struct Assembler {
    wall: Wall,
    limits: SpanLimits,
    scope: InstrumentationScope,
    additions: HashMap<u64, Additions>,
    /// Spans with additions, in the order of their first one.
    open: VecDeque<u64>,
    /// Ends of the pass before, and of this one.
    ended: [Vec<Ended>; 2],
}

#[derive(Debug)]
struct Ended {
    span: EndedSpan,
    what: What,
}

#[derive(Debug)]
enum What {
    Call(&'static Operation),
    Named { kind: SpanKind, name: String },
}

/// What was said of a span beside its end.
#[derive(Debug, Default)]
struct Additions {
    attributes: Vec<KeyValue>,
    dropped_attributes: u32,
    events: SpanEvents,
    links: SpanLinks,
}

impl Assembler {
    pub(crate) fn new(clock: Clock) -> Self {
        Self {
            wall: Wall::new(clock),
            limits: SpanLimits::default(),
            scope: InstrumentationScope::builder("telemetry-runtime")
                .with_version(env!("CARGO_PKG_VERSION"))
                .build(),
            additions: HashMap::new(),
            open: VecDeque::new(),
            ended: [Vec::new(), Vec::new()],
        }
    }

    /// Takes one record.
    pub(crate) fn take(&mut self, record: Record) {
        match record {
            Record::OperationEnd { operation, span } => {
                // A number that no operation has cannot come out of this process.
                if let Some(operation) = catalog::numbered(operation) {
                    self.ended[1].push(Ended { span, what: What::Call(operation) });
                }
            }
            Record::NamedEnd { span, kind, name } => {
                self.ended[1].push(Ended { span, what: What::Named { kind: span_kind_of(kind), name } });
            }
            Record::Attribute { span, key, value } => {
                let limit = self.limits.attributes;
                self.additions(span).set(KeyValue::new(key, value), limit);
            }
            Record::Event { span, tick, name, attributes } => {
                let event = self.event(tick, name, attributes);
                let limit = self.limits.events;
                self.additions(span).add_event(event, limit);
            }
            Record::Link { span, trace, linked, flags } => {
                let words = ContextWords { trace, span: linked, flags: u32::from(flags) };
                let link = Link::with_context(span_context(words, TraceState::NONE));
                let limit = self.limits.links;
                self.additions(span).add_link(link, limit);
            }
        }
    }

    /// The spans that are complete: those whose end was seen the pass before.
    pub(crate) fn finish_pass(&mut self) -> Vec<SpanData> {
        self.wall.refresh();
        let complete = std::mem::take(&mut self.ended[0]);
        self.ended.swap(0, 1);
        complete.into_iter().map(|ended| self.finish(ended)).collect()
    }

    /// Spans that have ended and are not complete yet.
    pub(crate) fn waiting(&self) -> usize {
        self.ended.iter().map(Vec::len).sum()
    }

    fn additions(&mut self, span: u64) -> &mut Additions {
        if !self.additions.contains_key(&span) {
            if self.additions.len() >= MAX_OPEN {
                self.forget_oldest();
            }
            self.open.push_back(span);
        }
        self.additions.entry(span).or_default()
    }

    /// Most of the oldest have ended long ago; one that has not loses its additions, not itself.
    fn forget_oldest(&mut self) {
        while self.additions.len() >= MAX_OPEN
            && let Some(oldest) = self.open.pop_front()
        {
            self.additions.remove(&oldest);
        }
    }

    fn event(&self, tick: u64, name: String, mut attributes: Vec<KeyValue>) -> Event {
        let kept = attributes.len().min(self.limits.attributes_of_an_event);
        let dropped = attributes.split_off(kept).len();
        attributes.iter_mut().for_each(scrub);
        Event::new(name, self.wall.time(tick), attributes, u32::try_from(dropped).unwrap_or(u32::MAX))
    }

    fn finish(&mut self, Ended { span, what }: Ended) -> SpanData {
        let mut added = self.additions.remove(&span.span).unwrap_or_default();
        if self.open.len() > 2 * MAX_OPEN {
            let additions = &self.additions;
            self.open.retain(|span| additions.contains_key(span));
        }
        let (start_time, end_time) = self.wall.times(span.start, span.end);
        let (name, span_kind) = match &what {
            What::Call(operation) => {
                added.set_of_call(operation, &span);
                (
                    Cow::Owned(format!("{}.{}", operation.provider(), operation.name())),
                    span_kind(operation.kind()),
                )
            }
            What::Named { kind, name } => (Cow::Owned(name.clone()), kind.clone()),
        };
        let status = added.status(span.how.status);
        let words =
            ContextWords { trace: span.trace, span: span.span, flags: u32::from(span.how.trace_flags) };
        SpanData {
            span_context: without_remote(&span_context(words, TraceState::NONE)),
            parent_span_id: SpanId::from_bytes(span.parent.to_be_bytes()),
            parent_span_is_remote: span.how.is_parent_remote,
            span_kind,
            name,
            start_time,
            end_time,
            attributes: added.attributes,
            dropped_attributes_count: added.dropped_attributes,
            events: added.events,
            links: added.links,
            status,
            instrumentation_scope: self.scope.clone(),
        }
    }
}

fn without_remote(context: &SpanContext) -> SpanContext {
    SpanContext::new(
        context.trace_id(),
        context.span_id(),
        context.trace_flags(),
        false,
        context.trace_state().clone(),
    )
}

/// Takes away what should not have been recorded: whoever did it meant no harm.
fn scrub(attribute: &mut KeyValue) {
    if redact::is_secret_name(attribute.key.as_str()) {
        attribute.value = Value::from(redact::REDACTED);
    }
}

impl Additions {
    /// The last value of a key counts.
    fn set(&mut self, mut attribute: KeyValue, limit: usize) {
        scrub(&mut attribute);
        if let Some(known) = self.attributes.iter_mut().find(|known| known.key == attribute.key) {
            *known = attribute;
        } else if self.attributes.len() < limit {
            self.attributes.push(attribute);
        } else {
            self.dropped_attributes += 1;
        }
    }

    fn add_event(&mut self, event: Event, limit: usize) {
        if self.events.events.len() < limit {
            self.events.events.push(event);
        } else {
            self.events.dropped_count += 1;
        }
    }

    fn add_link(&mut self, link: Link, limit: usize) {
        if self.links.links.len() < limit {
            self.links.links.push(link);
        } else {
            self.links.dropped_count += 1;
        }
    }

    /// What the operation knows is attached here, so that no call has to write it.
    fn set_of_call(&mut self, operation: &'static Operation, span: &EndedSpan) {
        let text = |key: &'static str, value: &'static str| KeyValue::new(Key::from_static_str(key), value);
        let mut own = vec![text("provider", operation.provider()), text("operation", operation.name())];
        own.push(KeyValue::new("code.function.name", operation.function()));
        if let Some((file, line)) = operation.location() {
            own.push(text("code.file.path", file));
            own.push(KeyValue::new("code.line.number", i64::from(line)));
        }
        if operation.kind() == Kind::Client {
            own.push(text("peer.service", operation.provider()));
        }
        if let Some(error_type) = error_type(operation, span) {
            own.push(text("error.type", error_type));
        }
        own.append(&mut self.attributes);
        self.attributes = own;
    }

    fn status(&self, status: EndStatus) -> Status {
        match status {
            EndStatus::Ok | EndStatus::Cancelled => Status::Unset,
            EndStatus::Panicked => Status::error("panicked"),
            EndStatus::Error => Status::error(self.error_message().map_or(Cow::Borrowed(""), Cow::Owned)),
        }
    }

    /// The message of the last exception is what the span failed with.
    fn error_message(&self) -> Option<String> {
        let exception = self.events.events.iter().rev().find(|event| event.name == "exception")?;
        let message =
            exception.attributes.iter().find(|attribute| attribute.key.as_str() == "exception.message")?;
        match &message.value {
            Value::String(message) => Some(StringValue::as_str(message).to_owned()),
            _ => None,
        }
    }
}

fn error_type(operation: &'static Operation, span: &EndedSpan) -> Option<&'static str> {
    match span.how.status {
        EndStatus::Ok => None,
        EndStatus::Cancelled => Some("cancelled"),
        EndStatus::Panicked => Some("panic"),
        EndStatus::Error => {
            let labels = operation.error_labels().all();
            labels.get(usize::from(span.how.label)).map(crate::outcome::ErrorLabel::as_str)
        }
    }
}

fn span_kind(kind: Kind) -> SpanKind {
    match kind {
        Kind::Client => SpanKind::Client,
        Kind::Server => SpanKind::Server,
        Kind::Internal => SpanKind::Internal,
        Kind::Producer => SpanKind::Producer,
        Kind::Consumer => SpanKind::Consumer,
    }
}

fn span_kind_of(number: u8) -> SpanKind {
    span_kind(Kind::from_number(number))
}
