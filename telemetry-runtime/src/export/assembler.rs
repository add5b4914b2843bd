//! From records to the official `SpanData`.

use std::{borrow::Cow, time::SystemTime};

use opentelemetry::{
    InstrumentationScope, KeyValue, SpanId,
    trace::{Event, Link, Status, TraceState},
};
use opentelemetry_sdk::trace::SpanData;

#[cfg(feature = "tracing-layer")]
use super::callsites;
#[cfg(any(feature = "tracing-layer", feature = "otel-api"))]
use super::said;
use super::{
    account::Dropped,
    additions::Additions,
    ended::{Complete, Ended, What},
    keep::Keeper,
    known::KnownOperations,
    limits::SpanLimits,
    open_additions::OpenAdditions,
    parts::DroppedParts,
    wall::Wall,
};
#[cfg(feature = "tracing-layer")]
use crate::trace::callsite;
#[cfg(feature = "otel-api")]
use crate::trace::scopes;
use crate::{
    cells::CallExemplar,
    clock::Clock,
    operation::{Kind, Operation},
    thread::ContextWords,
    trace::{
        head::KeepRule,
        record::{EndedSpan, Record},
        span_context, states,
    },
};

/// Puts spans together from what several threads wrote about them.
///
/// An event may lie in another thread's ring than its span's end. So a span is finished one pass after its end was
/// seen: by then every ring has been read once more.
#[derive(Debug)]
pub(crate) struct Assembler {
    wall: Wall,
    operations: KnownOperations,
    scope: InstrumentationScope,
    additions: OpenAdditions,
    /// Whether calls become examples of their histograms' buckets.
    notes_exemplars: bool,
    /// Ends of the pass before, and of this one.
    ended: [Vec<Ended>; 2],
    keeper: Keeper,
}

impl Assembler {
    pub(crate) fn new(clock: Clock, limits: SpanLimits) -> Self {
        Self {
            keeper: Keeper::new(clock.clone()),
            wall: Wall::new(clock),
            operations: KnownOperations::default(),
            scope: InstrumentationScope::builder("telemetry-runtime")
                .with_version(env!("CARGO_PKG_VERSION"))
                .build(),
            additions: OpenAdditions::new(limits),
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
                if let Some(known) = self.operations.get(operation, self.additions.limiter()) {
                    self.end(Ended { span, what: What::Call(known) });
                }
            }
            Record::NamedEnd { span, kind, scope, name } => {
                let kind = Kind::from_number(kind).into();
                self.end(Ended { span, what: What::Named { kind, scope, name } });
            }
            Record::Attribute { span, key, value } => {
                let (additions, limiter) = self.additions.of(span);
                additions.set(KeyValue::new(key, value), limiter);
            }
            Record::Fields { operation, span, values } => {
                let known = self.operations.get(operation, self.additions.limiter());
                let names = known.map_or(&[][..], |known| known.operation.keys().fields);
                let (additions, limiter) = self.additions.of(span);
                for (place, value) in values {
                    // A place without a name cannot come out of this process.
                    if let Some(name) = names.get(place) {
                        additions.set(KeyValue::new(*name, value), limiter);
                    }
                }
            }
            Record::Event { span, tick, name, attributes } => {
                let event = Event::new(name, self.wall.time(tick), attributes, 0);
                let (additions, limiter) = self.additions.of(span);
                additions.add_event(event, limiter);
            }
            Record::Link { span, trace, linked, flags, attributes } => {
                let words = ContextWords { trace, span: linked, flags: u32::from(flags) };
                let link = Link::new(span_context(words, TraceState::NONE), attributes, 0);
                let (additions, limiter) = self.additions.of(span);
                additions.add_link(link, limiter);
            }
            Record::Loss { span, parts } => self.additions.of(span).0.lose(parts),
            #[cfg(feature = "tracing-layer")]
            Record::CallsiteEnd { callsite, span } => {
                // As above, here and below.
                if let Some(callsite) = callsite::numbered(callsite) {
                    self.end(Ended { span, what: What::Callsite(callsite) });
                }
            }
            #[cfg(feature = "tracing-layer")]
            Record::CallsiteFields { callsite, span, values } => {
                let Some(callsite) = callsite::numbered(callsite) else { return };
                let (additions, limiter) = self.additions.of(span);
                callsites::named(callsite, values).for_each(|attribute| additions.set(attribute, limiter));
            }
            #[cfg(feature = "tracing-layer")]
            Record::CallsiteEvent { callsite, span, tick, values } => {
                let Some(callsite) = callsite::numbered(callsite) else { return };
                let (name, attributes) = callsites::event(callsite, values);
                let event = Event::new(name, self.wall.time(tick), attributes, 0);
                let (additions, limiter) = self.additions.of(span);
                additions.add_event(event, limiter);
            }
        }
    }

    fn end(&mut self, ended: Ended) {
        let is_wanted = ended.is_wanted();
        if ended.is_pending() {
            let says_error = self.says_error(ended.span.span);
            self.keeper.see(&ended.span, says_error, is_wanted);
        }
        self.ended[1].push(ended);
    }

    /// Whether something that was said of a span, so far, says that it failed.
    #[cfg(any(feature = "tracing-layer", feature = "otel-api"))]
    fn says_error(&self, span: u64) -> bool {
        self.additions.get(span).is_some_and(said::says_error)
    }

    #[cfg(not(any(feature = "tracing-layer", feature = "otel-api")))]
    fn says_error(&self, _span: u64) -> bool {
        false
    }

    /// Begins to take what the rings hold now; `rule` says which of the traces that were not chosen are kept.
    pub(crate) fn begin_pass(&mut self, rule: KeepRule) {
        self.wall.refresh();
        self.keeper.begin_pass(rule);
    }

    /// The spans that are complete: those whose end was seen the pass before, and those of traces that are kept.
    pub(crate) fn finish_pass(&mut self) -> Vec<SpanData> {
        let ended = std::mem::take(&mut self.ended[0]);
        self.ended.swap(0, 1);
        let mut spans = Vec::with_capacity(ended.len());
        for ended in ended {
            let is_pending = ended.is_pending();
            let complete = self.complete(ended);
            let complete = if is_pending { self.keeper.hold(complete) } else { Some(complete) };
            spans.extend(complete.map(|complete| self.finish(complete)));
        }
        let kept = self.keeper.end_pass();
        spans.extend(kept.into_iter().map(|complete| self.finish(complete)));
        spans
    }

    /// What is kept of traces whose roots have not ended; the others count as dropped.
    pub(crate) fn finish_open(&mut self) -> Vec<SpanData> {
        let kept = self.keeper.finish();
        kept.into_iter().map(|complete| self.finish(complete)).collect()
    }

    /// Spans that reached this and are not handed on, by reason.
    pub(super) fn dropped_spans(&self) -> &Dropped {
        self.keeper.dropped()
    }

    /// Spans that have ended and are not complete yet.
    pub(crate) fn waiting(&self) -> usize {
        self.ended.iter().map(Vec::len).sum()
    }

    /// Parts that are in no span, although they reached this.
    pub(super) fn dropped(&self) -> &DroppedParts {
        self.additions.limiter().dropped()
    }

    fn note_exemplar(&self, operation: &'static Operation, span: &EndedSpan, end: SystemTime) {
        let ticks = span.end.saturating_sub(span.start);
        let seconds = self.wall.seconds(ticks);
        operation.note_exemplar(ticks, CallExemplar { trace: span.trace, span: span.span, seconds, end });
    }

    fn complete(&mut self, ended: Ended) -> Complete {
        let added = self.additions.take(ended.span.span);
        Complete { ended, added }
    }

    fn finish(&mut self, complete: Complete) -> SpanData {
        let Complete { ended: Ended { span, what }, mut added } = complete;
        let (start_time, end_time) = self.wall.times(span.start, span.end);
        let mut scope_of_library = None;
        let (name, span_kind, said) = match what {
            What::Call(known) => {
                if self.notes_exemplars {
                    self.note_exemplar(known.operation, &span, end_time);
                }
                added.set_of_call(&known, &span, self.additions.limiter_mut());
                (Cow::Borrowed(known.span_name), known.operation.kind().into(), None)
            }
            What::Named { kind, scope, name } => {
                let (library, said) = said_by_library(scope, &mut added);
                scope_of_library = library;
                (Cow::Owned(name), kind, said)
            }
            #[cfg(feature = "tracing-layer")]
            What::Callsite(callsite) => {
                let said = callsites::said(callsite, &mut added);
                let mut location = callsites::location(callsite);
                let limiter = self.additions.limiter_mut();
                location.iter_mut().for_each(|own| limiter.clean(own));
                added.set_known(location, limiter);
                (said.name, said.kind, said.status)
            }
        };
        let status = said.unwrap_or_else(|| added.status(span.how.status));
        // What is handed on is sampled, also if that was decided after its end.
        let flags = u32::from(span.how.trace_flags) | ContextWords::SAMPLED;
        let words = ContextWords { trace: span.trace, span: span.span, flags };
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
            instrumentation_scope: scope_of_library.unwrap_or_else(|| self.scope.clone()),
        }
    }
}

/// The library that a span is of, and the status that it states; a span that is made here ends with its own.
#[cfg(feature = "otel-api")]
fn said_by_library(scope: u32, added: &mut Additions) -> (Option<InstrumentationScope>, Option<Status>) {
    match scopes::numbered(scope) {
        Some(library) => (Some(library), said::status(added)),
        None => (None, None),
    }
}

#[cfg(not(feature = "otel-api"))]
fn said_by_library(_scope: u32, _added: &mut Additions) -> (Option<InstrumentationScope>, Option<Status>) {
    (None, None)
}
