//! From the rings to the exporters, on the background thread.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{sync::Notify, task::JoinHandle, time};

use super::{
    assembler::Assembler,
    last_failure::ExporterFailure,
    limits::SpanLimits,
    line::Batching,
    lines::{AnyLine, Carried, Lines, Output, Work},
    parts::DroppedParts,
    watch::ExporterVitals,
};
use crate::{
    clock::Clock,
    trace::{
        record,
        ring::{self, Claim, Totals},
    },
};

/// How long a span waits in a ring at the most, if nobody asks sooner.
const DRAIN_INTERVAL: Duration = Duration::from_millis(50);

/// What all threads may ask of the way of spans.
#[derive(Debug)]
pub(crate) struct Shared {
    lines: Lines,
    started: AtomicU64,
    /// Lost before any line saw them.
    lost: AtomicU64,
    dropped_parts: Mutex<DroppedParts>,
    drain: Notify,
}

/// The pipeline's part on the background thread.
#[derive(Default)]
pub(crate) struct Pipeline {
    spans: Option<Spans>,
    #[cfg(feature = "logs")]
    logs: Option<Arc<super::LogHub>>,
    lines: Vec<Arc<dyn AnyLine>>,
    work: Vec<Work>,
}

/// Where spans come from.
struct Spans {
    shared: Arc<Shared>,
    /// What had happened before this pipeline.
    before: Totals,
    assembler: Assembler,
    _claim: Claim,
}

impl Pipeline {
    /// Carries spans; `claim` is the right to read the rings.
    pub(crate) fn carry_spans(
        &mut self,
        claim: Claim,
        clock: &Clock,
        batching: Batching,
        limits: SpanLimits,
        outputs: Vec<Output>,
    ) -> Arc<Shared> {
        let outputs = outputs.into_iter().map(|output| (output, batching)).collect();
        let (lines, mut work) = Lines::new(clock.clone(), outputs, Carried::SPANS);
        self.lines.append(&mut lines.any());
        self.work.append(&mut work);
        let shared = Arc::new(Shared::new(lines));
        let woken = Arc::clone(&shared);
        ring::set_waker(move || woken.drain.notify_one());
        self.spans = Some(Spans {
            shared: Arc::clone(&shared),
            before: ring::totals(),
            assembler: Assembler::new(clock.clone(), limits),
            _claim: claim,
        });
        shared
    }

    /// Carries log records.
    #[cfg(feature = "logs")]
    pub(crate) fn carry_logs(&mut self, hub: Arc<super::LogHub>, mut work: Vec<Work>) {
        self.lines.append(&mut hub.lines().any());
        self.work.append(&mut work);
        self.logs = Some(hub);
    }

    /// Whether there is anything to carry.
    pub(crate) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Works until `stop`, then delivers what it can until `deadline` has passed.
    pub(crate) async fn run(mut self, control: Arc<Control>) {
        let workers: Vec<JoinHandle<()>> =
            std::mem::take(&mut self.work).into_iter().map(tokio::spawn).collect();
        loop {
            tokio::select! {
                () = time::sleep(DRAIN_INTERVAL) => {}
                () = self.spans_waiting() => {}
                () = control.asked.notified() => {}
            }
            self.pass();
            if let Some(flushes) = control.take_flushes() {
                self.pass();
                tokio::spawn(flush_lines(self.lines.clone(), flushes));
            }
            if let Some(deadline) = control.stop_by() {
                self.pass();
                return self.stop(workers, deadline).await;
            }
        }
    }

    /// Returns once a ring is filling.
    async fn spans_waiting(&self) {
        match &self.spans {
            Some(spans) => spans.shared.drain.notified().await,
            None => std::future::pending().await,
        }
    }

    fn pass(&mut self) {
        if let Some(spans) = &mut self.spans {
            spans.pass();
        }
        #[cfg(feature = "logs")]
        if let Some(logs) = &self.logs {
            logs.lines().note(0);
        }
    }

    async fn stop(mut self, workers: Vec<JoinHandle<()>>, deadline: time::Instant) {
        while self.spans.as_ref().is_some_and(|spans| spans.assembler.waiting() > 0) {
            self.pass();
        }
        for line in &self.lines {
            line.ask_to_stop(deadline);
        }
        for mut worker in workers {
            if time::timeout_at(deadline, &mut worker).await.is_err() {
                worker.abort();
                // Once it is gone, nothing counts its batch a second time.
                let _ = worker.await;
            }
        }
        for line in &self.lines {
            line.abandon();
        }
    }
}

impl Spans {
    /// Reads all rings once and hands complete spans to the lines.
    fn pass(&mut self) {
        let assembler = &mut self.assembler;
        ring::drain(|words| record::decode(words).for_each(|record| assembler.take(record)));
        let totals = ring::totals().since(self.before);
        self.shared.lost.store(totals.dropped, Ordering::Release);
        self.shared.started.store(totals.started, Ordering::Release);
        let spans = self.assembler.finish_pass();
        self.shared.set_dropped_parts(self.assembler.dropped().with_rings(totals.parts));
        for line in self.shared.lines.iter() {
            line.enqueue(&spans);
        }
        self.shared.lines.note(totals.dropped);
    }
}

async fn flush_lines(lines: Vec<Arc<dyn AnyLine>>, flushes: Vec<std::sync::mpsc::Sender<()>>) {
    for line in &lines {
        line.hurry();
    }
    for line in &lines {
        loop {
            let progress = line.progress().notified();
            if line.pending() == 0 {
                break;
            }
            line.hurry();
            progress.await;
        }
    }
    for flush in flushes {
        // Nobody may be waiting any more.
        let _ = flush.send(());
    }
}

impl Shared {
    fn new(lines: Lines) -> Self {
        Self {
            lines,
            started: AtomicU64::new(0),
            lost: AtomicU64::new(0),
            dropped_parts: Mutex::default(),
            drain: Notify::new(),
        }
    }

    pub(super) fn lines(&self) -> &Lines {
        &self.lines
    }

    /// Lost before any line saw them.
    pub(super) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Acquire)
    }

    pub(crate) fn started(&self) -> u64 {
        self.started.load(Ordering::Acquire)
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
        self.lines.vitals(self.lost())
    }

    /// The last failure of each exporter that has had one.
    pub(crate) fn failures(&self) -> Vec<ExporterFailure> {
        self.lines.failures()
    }
}

/// What other threads ask the pipeline for.
#[derive(Debug, Default)]
pub(crate) struct Control {
    asked: Notify,
    wishes: Mutex<Wishes>,
}

#[derive(Debug, Default)]
struct Wishes {
    flushes: Vec<std::sync::mpsc::Sender<()>>,
    stop_by: Option<time::Instant>,
}

impl Control {
    /// Asks for a flush; a message comes once everything until now is settled.
    pub(crate) fn flush(&self) -> std::sync::mpsc::Receiver<()> {
        let (done, is_done) = std::sync::mpsc::channel();
        self.wishes.lock().unwrap_or_else(PoisonError::into_inner).flushes.push(done);
        self.asked.notify_one();
        is_done
    }

    /// Asks to end, delivering until then.
    pub(crate) fn stop(&self, by: time::Instant) {
        let mut wishes = self.wishes.lock().unwrap_or_else(PoisonError::into_inner);
        wishes.stop_by.get_or_insert(by);
        drop(wishes);
        self.asked.notify_one();
    }

    fn take_flushes(&self) -> Option<Vec<std::sync::mpsc::Sender<()>>> {
        let flushes = std::mem::take(&mut self.wishes.lock().unwrap_or_else(PoisonError::into_inner).flushes);
        (!flushes.is_empty()).then_some(flushes)
    }

    fn stop_by(&self) -> Option<time::Instant> {
        self.wishes.lock().unwrap_or_else(PoisonError::into_inner).stop_by
    }
}
