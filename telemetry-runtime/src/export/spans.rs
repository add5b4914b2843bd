//! The way of spans: from the rings to the lines of their exporters.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use opentelemetry_sdk::trace::SpanData;
use tokio::sync::Notify;

use super::{
    account::{DropReason, Dropped},
    assembler::Assembler,
    last_failure::ExporterFailure,
    limits::SpanLimits,
    lines::Lines,
    parts::DroppedParts,
    watch::ExporterVitals,
};
use crate::{
    clock::Clock,
    trace::{
        head, record,
        ring::{self, Claim, Totals},
    },
};

/// Where spans come from.
pub(super) struct Spans {
    shared: Arc<Shared>,
    /// What had happened before this pipeline.
    before: Totals,
    assembler: Assembler,
    #[cfg(feature = "dashboard")]
    recent: Option<Arc<super::RecentTraces>>,
    _claim: Claim,
}

impl Spans {
    /// `claim` is the right to read the rings.
    pub(super) fn new(
        claim: Claim,
        clock: &Clock,
        limits: SpanLimits,
        lines: Lines,
        notes_exemplars: bool,
    ) -> Self {
        let mut assembler = Assembler::new(clock.clone(), limits);
        if notes_exemplars {
            assembler.note_exemplars();
        }
        let shared = Arc::new(Shared::new(lines));
        let woken = Arc::clone(&shared);
        ring::set_waker(move || woken.drain.notify_one());
        Self {
            shared,
            before: ring::totals(),
            assembler,
            #[cfg(feature = "dashboard")]
            recent: None,
            _claim: claim,
        }
    }

    /// Lets `recent` remember spans, too.
    #[cfg(feature = "dashboard")]
    pub(super) fn remember(&mut self, recent: Arc<super::RecentTraces>) {
        self.recent = Some(recent);
    }

    pub(super) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }

    /// Returns once a ring is filling.
    pub(super) async fn waiting(&self) {
        self.shared.drain.notified().await;
    }

    /// Reads all rings and hands complete spans to the lines; says how many blocks the fullest one held.
    pub(super) fn pass(&mut self) -> usize {
        #[cfg(feature = "dashboard")]
        head::wishes::end_if_over();
        let (taken, mut spans) = self.read();
        // What belongs to spans that were seen to end is in the rings by now.
        if self.assembler.waiting() > 0 {
            spans.append(&mut self.read().1);
        }
        let totals = ring::totals().since(self.before);
        self.shared.lost.store(totals.dropped, Ordering::Release);
        self.shared.started.store(totals.started, Ordering::Release);
        self.shared.set_dropped_parts(self.assembler.dropped().with_rings(totals.parts));
        self.hand_on(spans);
        taken
    }

    /// Hands on what can still be complete; the rest is dropped and counted.
    pub(super) fn finish(&mut self) {
        while self.assembler.waiting() > 0 {
            self.pass();
        }
        let kept = self.assembler.finish_open();
        self.hand_on(kept);
    }

    fn hand_on(&self, spans: Vec<SpanData>) {
        self.shared.set_not_handed_on(self.assembler.dropped_spans());
        #[cfg(feature = "dashboard")]
        if let Some(recent) = &self.recent {
            recent.add(&spans);
        }
        self.shared.lines.enqueue(spans);
        self.shared.lines.note(&self.shared.lost());
    }

    /// Takes what is in the rings: how many blocks the fullest one held, and the spans that are complete.
    fn read(&mut self) -> (usize, Vec<SpanData>) {
        let assembler = &mut self.assembler;
        assembler.begin_pass(head::keep_rule());
        let taken = ring::drain(|words| record::decode(words).for_each(|record| assembler.take(record)));
        (taken, assembler.finish_pass())
    }
}

/// What all threads may ask of the way of spans.
#[derive(Debug)]
pub(crate) struct Shared {
    lines: Lines,
    started: AtomicU64,
    /// Lost in the rings.
    lost: AtomicU64,
    /// Read and not handed on to any line.
    not_handed_on: Mutex<Dropped>,
    dropped_parts: Mutex<DroppedParts>,
    drain: Notify,
}

impl Shared {
    fn new(lines: Lines) -> Self {
        Self {
            lines,
            started: AtomicU64::new(0),
            lost: AtomicU64::new(0),
            not_handed_on: Mutex::default(),
            dropped_parts: Mutex::default(),
            drain: Notify::new(),
        }
    }

    pub(super) fn lines(&self) -> &Lines {
        &self.lines
    }

    /// Lost before any line saw them, which counts at every one.
    pub(super) fn lost(&self) -> Dropped {
        let mut lost = self.not_handed_on.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let in_rings = self.lost.load(Ordering::Acquire);
        if in_rings > 0 {
            *lost.entry(DropReason::QueueFull).or_default() += in_rings;
        }
        lost
    }

    pub(crate) fn started(&self) -> u64 {
        self.started.load(Ordering::Acquire)
    }

    fn set_not_handed_on(&self, dropped: &Dropped) {
        self.not_handed_on.lock().unwrap_or_else(PoisonError::into_inner).clone_from(dropped);
    }

    fn set_dropped_parts(&self, parts: DroppedParts) {
        *self.dropped_parts.lock().unwrap_or_else(PoisonError::into_inner) = parts;
    }

    /// What spans have lost, although they themselves were not.
    pub(crate) fn dropped_parts(&self) -> DroppedParts {
        *self.dropped_parts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How every exporter does.
    pub(crate) fn vitals(&self) -> Vec<ExporterVitals> {
        self.lines.vitals(&self.lost())
    }

    /// The last failure of each exporter that has had one.
    pub(crate) fn failures(&self) -> Vec<ExporterFailure> {
        self.lines.failures()
    }
}
