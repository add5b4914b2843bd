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
    account::{AccountTotals, DropReason},
    assembler::Assembler,
    delivery::Exporter,
    last_failure::ExporterFailure,
    limits::SpanLimits,
    line::{Batching, Line},
    parts::DroppedParts,
    watch::{ExporterVitals, Watch},
    worker::Worker,
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

/// An exporter and how it is used.
pub(crate) struct Output {
    pub(crate) name: String,
    pub(crate) exporter: Box<dyn Exporter>,
    pub(crate) fallback: Option<Box<dyn Exporter>>,
    pub(crate) is_default_endpoint: bool,
}

impl Output {
    /// An exporter that somebody asked for.
    pub(crate) fn new(exporter: impl Exporter) -> Self {
        Self {
            name: exporter.name().to_owned(),
            exporter: Box::new(exporter),
            fallback: None,
            is_default_endpoint: false,
        }
    }
}

/// What all threads may ask of the pipeline.
#[derive(Debug)]
pub(crate) struct Shared {
    clock: Clock,
    lines: Vec<Arc<Line>>,
    watches: Vec<Watch>,
    started: AtomicU64,
    /// Lost before any line saw them.
    lost: AtomicU64,
    dropped_parts: Mutex<DroppedParts>,
    drain: Notify,
}

/// The pipeline's part on the background thread.
pub(crate) struct Pipeline {
    shared: Arc<Shared>,
    /// What had happened before this pipeline.
    before: Totals,
    assembler: Assembler,
    workers: Vec<Worker>,
    _claim: Claim,
}

impl Pipeline {
    /// `claim` is the right to read the rings.
    pub(crate) fn new(
        claim: Claim,
        clock: Clock,
        batching: Batching,
        limits: SpanLimits,
        outputs: Vec<Output>,
    ) -> Self {
        let mut lines = Vec::new();
        let mut workers = Vec::new();
        for output in outputs {
            let line = Arc::new(Line::new(output.name, batching));
            lines.push(Arc::clone(&line));
            workers.push(Worker {
                line,
                exporter: output.exporter,
                fallback: output.fallback,
                is_default_endpoint: output.is_default_endpoint,
                has_delivered: false,
                has_warned: false,
            });
        }
        let shared = Arc::new(Shared::new(clock.clone(), lines));
        let woken = Arc::clone(&shared);
        ring::set_waker(move || woken.drain.notify_one());
        Self {
            shared,
            before: ring::totals(),
            assembler: Assembler::new(clock, limits),
            workers,
            _claim: claim,
        }
    }

    /// Makes calls examples of their histograms' buckets.
    pub(crate) fn note_exemplars(&mut self) {
        self.assembler.note_exemplars();
    }

    pub(crate) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }

    /// Works until `stop`, then delivers what it can until `deadline` has passed.
    pub(crate) async fn run(mut self, control: Arc<Control>) {
        let workers: Vec<JoinHandle<()>> =
            std::mem::take(&mut self.workers).into_iter().map(|worker| tokio::spawn(worker.run())).collect();
        loop {
            tokio::select! {
                () = time::sleep(DRAIN_INTERVAL) => {}
                () = self.shared.drain.notified() => {}
                () = control.asked.notified() => {}
            }
            self.pass();
            if let Some(flushes) = control.take_flushes() {
                self.pass();
                tokio::spawn(flush_lines(Arc::clone(&self.shared), flushes));
            }
            if let Some(deadline) = control.stop_by() {
                self.pass();
                return self.stop(workers, deadline).await;
            }
        }
    }

    /// Reads all rings once and hands complete spans to the lines.
    fn pass(&mut self) {
        let assembler = &mut self.assembler;
        ring::drain(|words| record::decode(words).for_each(|record| assembler.take(record)));
        let totals = ring::totals().since(self.before);
        self.shared.lost.store(totals.dropped, Ordering::Release);
        self.shared.started.store(totals.started, Ordering::Release);
        let spans = self.assembler.finish_pass();
        self.shared.set_dropped_parts(self.assembler.dropped().with_rings(totals.parts));
        for line in &self.shared.lines {
            line.enqueue(&spans);
        }
        self.shared.note();
    }

    async fn stop(mut self, workers: Vec<JoinHandle<()>>, deadline: time::Instant) {
        while self.assembler.waiting() > 0 {
            self.pass();
        }
        for line in &self.shared.lines {
            line.ask_to_stop(deadline);
        }
        for mut worker in workers {
            if time::timeout_at(deadline, &mut worker).await.is_err() {
                worker.abort();
                // Once it is gone, nothing counts its batch a second time.
                let _ = worker.await;
            }
        }
        for line in &self.shared.lines {
            line.abandon();
        }
    }
}

async fn flush_lines(shared: Arc<Shared>, flushes: Vec<std::sync::mpsc::Sender<()>>) {
    for line in &shared.lines {
        line.hurry();
    }
    for line in &shared.lines {
        loop {
            let progress = line.progress.notified();
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
    fn new(clock: Clock, lines: Vec<Arc<Line>>) -> Self {
        Self {
            clock,
            watches: lines.iter().map(|_| Watch::default()).collect(),
            lines,
            started: AtomicU64::new(0),
            lost: AtomicU64::new(0),
            dropped_parts: Mutex::default(),
            drain: Notify::new(),
        }
    }

    pub(crate) fn lines(&self) -> &[Arc<Line>] {
        &self.lines
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

    fn note(&self) {
        for (line, watch) in self.lines.iter().zip(&self.watches) {
            watch.note(self.clock.now(), line, &self.totals(line));
        }
    }

    /// How every exporter does.
    pub(crate) fn vitals(&self) -> Vec<ExporterVitals> {
        let lines = self.lines.iter().zip(&self.watches);
        lines.map(|(line, watch)| watch.vitals(self.clock.now(), line, &self.totals(line))).collect()
    }

    /// The last failure of each exporter that has had one.
    pub(crate) fn failures(&self) -> Vec<ExporterFailure> {
        self.lines.iter().filter_map(|line| line.last_failure()).collect()
    }

    /// What became of all spans at one exporter; what was lost before the queues counts at every one.
    pub(crate) fn totals(&self, line: &Line) -> AccountTotals {
        let mut totals = line.account().read();
        let lost = self.lost.load(Ordering::Acquire);
        if lost > 0 {
            *totals.dropped.entry(DropReason::QueueFull).or_default() += lost;
        }
        totals
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
