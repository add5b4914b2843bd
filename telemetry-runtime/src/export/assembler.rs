//! From records to the official `SpanData`.

use std::{
    borrow::Cow,
    collections::{HashMap, VecDeque},
    time::SystemTime,
};

use opentelemetry::{
    InstrumentationScope, KeyValue, SpanId,
    trace::{Event, Link, SpanKind, TraceState},
};
use opentelemetry_sdk::trace::SpanData;

use super::{
    additions::Additions,
    limits::{Limiter, SpanLimits},
    parts::DroppedParts,
    wall::Wall,
};
use crate::{
    clock::Clock,
    operation::{CallExemplar, Kind, Operation, catalog},
    thread::ContextWords,
    trace::{
        record::{EndedSpan, Record},
        span_context, states,
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
    limiter: Limiter,
    scope: InstrumentationScope,
    additions: HashMap<u64, Additions>,
    /// Spans with additions, in the order of their first one.
    open: VecDeque<u64>,
    /// Whether calls become examples of their histograms' buckets.
    notes_exemplars: bool,
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

impl Assembler {
    pub(crate) fn new(clock: Clock, limits: SpanLimits) -> Self {
        Self {
            wall: Wall::new(clock),
            limiter: Limiter::new(limits),
            scope: InstrumentationScope::builder("telemetry-runtime")
                .with_version(env!("CARGO_PKG_VERSION"))
                .build(),
            additions: HashMap::new(),
            open: VecDeque::new(),
            notes_exemplars: false,
            ended: [Vec::new(), Vec::new()],
        }
    }

    /// Makes calls examples of their histograms' buckets, because their spans are exported.
    pub(super) fn note_exemplars(&mut self) {
        self.notes_exemplars = true;
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
                self.ended[1]
                    .push(Ended { span, what: What::Named { kind: Kind::from_number(kind).into(), name } });
            }
            Record::Attribute { span, key, value } => {
                let (additions, limiter) = self.additions(span);
                additions.set(KeyValue::new(key, value), limiter);
            }
            Record::Fields { operation, span, values } => {
                let names = catalog::numbered(operation).map_or(&[][..], |known| known.site_data().fields);
                let (additions, limiter) = self.additions(span);
                for (place, value) in values {
                    // A place without a name cannot come out of this process.
                    if let Some(name) = names.get(place) {
                        additions.set(KeyValue::new(*name, value), limiter);
                    }
                }
            }
            Record::Event { span, tick, name, attributes } => {
                let event = Event::new(name, self.wall.time(tick), attributes, 0);
                let (additions, limiter) = self.additions(span);
                additions.add_event(event, limiter);
            }
            Record::Link { span, trace, linked, flags, attributes } => {
                let words = ContextWords { trace, span: linked, flags: u32::from(flags) };
                let link = Link::new(span_context(words, TraceState::NONE), attributes, 0);
                let (additions, limiter) = self.additions(span);
                additions.add_link(link, limiter);
            }
            Record::Loss { span, parts } => self.additions(span).0.lose(parts),
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

    /// Parts that are in no span, although they reached this.
    pub(super) fn dropped(&self) -> &DroppedParts {
        self.limiter.dropped()
    }

    fn additions(&mut self, span: u64) -> (&mut Additions, &mut Limiter) {
        if !self.additions.contains_key(&span) {
            if self.additions.len() >= MAX_OPEN {
                self.forget_oldest();
            }
            self.open.push_back(span);
        }
        (self.additions.entry(span).or_default(), &mut self.limiter)
    }

    /// Most of the oldest have ended long ago; one that has not loses its additions, not itself.
    fn forget_oldest(&mut self) {
        while self.additions.len() >= MAX_OPEN
            && let Some(oldest) = self.open.pop_front()
        {
            if let Some(additions) = self.additions.remove(&oldest) {
                additions.evict(&mut self.limiter);
            }
        }
    }

    fn note_exemplar(&self, operation: &'static Operation, span: &EndedSpan, end: SystemTime) {
        let ticks = span.end.saturating_sub(span.start);
        let seconds = self.wall.seconds(ticks);
        operation.note_exemplar(ticks, CallExemplar { trace: span.trace, span: span.span, seconds, end });
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
                if self.notes_exemplars {
                    self.note_exemplar(operation, &span, end_time);
                }
                added.set_of_call(operation, &span, &mut self.limiter);
                (
                    Cow::Owned(format!("{}.{}", operation.provider(), operation.name())),
                    operation.kind().into(),
                )
            }
            What::Named { kind, name } => (Cow::Owned(name.clone()), kind.clone()),
        };
        let status = added.status(span.how.status);
        let words =
            ContextWords { trace: span.trace, span: span.span, flags: u32::from(span.how.trace_flags) };
        let state = match span.how.state {
            0 => TraceState::NONE,
            number => states::state(number, span.trace),
        };
        SpanData {
            span_context: span_context(words, state),
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
