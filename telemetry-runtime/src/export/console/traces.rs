//! Holds spans back until their trace can be shown whole.

use std::collections::HashMap;
use std::time::Duration;

use opentelemetry::trace::{SpanId, TraceId};
use opentelemetry_sdk::trace::SpanData;

use crate::Clock;

/// At most this many spans are held back.
const MOST: usize = 4096;

/// A trace whose root does not come is shown after this time.
const LONGEST: Duration = Duration::from_secs(30);

/// The spans of one trace that are shown together.
pub(super) struct Trace {
    /// Parents before their children, those in order of their start.
    pub(super) spans: Vec<Placed>,
    /// Whether the local root is among them.
    pub(super) is_complete: bool,
}

/// A span, and how many of its ancestors are shown above it.
pub(super) struct Placed {
    pub(super) depth: usize,
    pub(super) span: SpanData,
}

/// Spans by trace.
pub(super) struct Traces {
    clock: Clock,
    held: HashMap<TraceId, Held>,
    spans: usize,
}

struct Held {
    since: Duration,
    spans: Vec<SpanData>,
}

impl Traces {
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, held: HashMap::new(), spans: 0 }
    }

    /// Takes a batch, gives back what can be shown now.
    pub(super) fn add(&mut self, batch: &[SpanData]) -> Vec<Trace> {
        let since = self.clock.now();
        let mut shown = Vec::new();
        // All of the batch first: a child on another thread may come after its root.
        for part in batch.chunks(MOST) {
            for span in part {
                let held = self.held.entry(span.span_context.trace_id());
                held.or_insert_with(|| Held { since, spans: Vec::new() }).spans.push(span.clone());
            }
            self.spans += part.len();
            for root in part.iter().filter(|span| is_local_root(span)) {
                let ids = (root.span_context.trace_id(), root.span_context.span_id());
                shown.extend(self.take_below(ids.0, ids.1));
            }
            self.give_up_surplus(&mut shown);
        }
        self.give_up_old(since, &mut shown);
        shown
    }

    /// Everything that is still held back, oldest first.
    pub(super) fn take_all(&mut self) -> Vec<Trace> {
        self.spans = 0;
        let mut held: Vec<Held> = self.held.drain().map(|(_, held)| held).collect();
        held.sort_by_key(|held| held.since);
        held.into_iter().map(|held| fragment(held.spans)).collect()
    }

    /// The span `root` and all below it.
    fn take_below(&mut self, trace: TraceId, root: SpanId) -> Option<Trace> {
        let held = self.held.get_mut(&trace)?;
        let mut family = Family::of(std::mem::take(&mut held.spans));
        let mut spans = Vec::new();
        family.take_below(root, &mut spans);
        held.spans = family.rest();
        if held.spans.is_empty() {
            self.held.remove(&trace);
        }
        self.spans -= spans.len();
        (!spans.is_empty()).then_some(Trace { spans, is_complete: true })
    }

    fn give_up_old(&mut self, now: Duration, shown: &mut Vec<Trace>) {
        let is_old = |held: &Held| now.saturating_sub(held.since) >= LONGEST;
        let old = self.held.iter().filter(|(_, held)| is_old(held)).map(|(trace, _)| *trace);
        for trace in old.collect::<Vec<_>>() {
            self.give_up(trace, shown);
        }
    }

    fn give_up_surplus(&mut self, shown: &mut Vec<Trace>) {
        if self.spans <= MOST {
            return;
        }
        let mut by_age: Vec<_> = self.held.iter().map(|(trace, held)| (held.since, *trace)).collect();
        by_age.sort_unstable_by_key(|(since, _)| *since);
        for (_, trace) in by_age {
            if self.spans <= MOST {
                return;
            }
            self.give_up(trace, shown);
        }
    }

    fn give_up(&mut self, trace: TraceId, shown: &mut Vec<Trace>) {
        if let Some(held) = self.held.remove(&trace) {
            self.spans -= held.spans.len();
            shown.push(fragment(held.spans));
        }
    }
}

fn is_local_root(span: &SpanData) -> bool {
    span.parent_span_id == SpanId::INVALID || span.parent_span_is_remote
}

/// Spans without their local root: each one without a parent here is shown at the margin.
fn fragment(spans: Vec<SpanData>) -> Trace {
    let mut family = Family::of(spans);
    let mut spans = Vec::with_capacity(family.spans.len());
    for top in family.tops() {
        family.take_from(top, &mut spans);
    }
    // What is left are spans that are each other's ancestors.
    spans.extend(family.rest().into_iter().map(|span| Placed { depth: 0, span }));
    Trace { spans, is_complete: false }
}

/// Spans of one trace, by parent.
struct Family {
    spans: Vec<Option<SpanData>>,
    children: HashMap<SpanId, Vec<usize>>,
    places: HashMap<SpanId, usize>,
}

impl Family {
    fn of(mut given: Vec<SpanData>) -> Self {
        given.sort_by_key(|span| span.start_time);
        let mut children: HashMap<SpanId, Vec<usize>> = HashMap::new();
        let mut places = HashMap::new();
        for (place, span) in given.iter().enumerate() {
            places.insert(span.span_context.span_id(), place);
            if !is_local_root(span) {
                children.entry(span.parent_span_id).or_default().push(place);
            }
        }
        Self { spans: given.into_iter().map(Some).collect(), children, places }
    }

    fn take_below(&mut self, root: SpanId, out: &mut Vec<Placed>) {
        if let Some(place) = self.places.get(&root) {
            self.take_from(*place, out);
        }
    }

    /// With a stack of its own, because traces may be deeper than the thread's; a span is taken only once, so
    /// that a circle ends.
    fn take_from(&mut self, place: usize, out: &mut Vec<Placed>) {
        let mut stack = vec![(0, place)];
        while let Some((depth, place)) = stack.pop() {
            let Some(span) = self.spans[place].take() else { continue };
            let below = self.children.get(&span.span_context.span_id());
            stack.extend(below.into_iter().flatten().rev().map(|child| (depth + 1, *child)));
            out.push(Placed { depth, span });
        }
    }

    fn tops(&self) -> Vec<usize> {
        let has_parent = |span: &SpanData| self.places.contains_key(&span.parent_span_id);
        let spans = self.spans.iter().enumerate();
        spans
            .filter(|(_, span)| span.as_ref().is_some_and(|span| !has_parent(span)))
            .map(|(at, _)| at)
            .collect()
    }

    fn rest(self) -> Vec<SpanData> {
        self.spans.into_iter().flatten().collect()
    }
}
