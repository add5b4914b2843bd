//! The lines of all exporters of one kind of items, and how they do.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use opentelemetry_sdk::trace::SpanData;
use tokio::{sync::Notify, time::Instant};

use super::{
    account::{AccountTotals, Dropped},
    delivery::Exporter,
    last_failure::ExporterFailure,
    line::{Batching, Line},
    watch::{ExporterVitals, Watch},
    worker::Worker,
};
use crate::clock::Clock;

/// An exporter and how it is used.
pub(crate) struct Output<T = SpanData> {
    pub(crate) name: String,
    pub(crate) exporter: Box<dyn Exporter<T>>,
    pub(crate) fallback: Option<Box<dyn Exporter<T>>>,
    pub(crate) is_default_endpoint: bool,
}

impl<T: 'static> Output<T> {
    /// An exporter that somebody asked for.
    pub(crate) fn new(exporter: impl Exporter<T>) -> Self {
        Self {
            name: exporter.name().to_owned(),
            exporter: Box::new(exporter),
            fallback: None,
            is_default_endpoint: false,
        }
    }
}

/// What lines carry.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Carried {
    /// As people call it.
    pub(super) items: &'static str,
    /// Tells its lines from those of the same exporters that carry other things.
    pub(super) suffix: &'static str,
}

impl Carried {
    pub(super) const SPANS: Self = Self { items: "spans", suffix: "" };
    #[cfg(feature = "logs")]
    pub(super) const LOGS: Self = Self { items: "log records", suffix: ".logs" };
    #[cfg(feature = "collector")]
    pub(crate) const EVENTS: Self = Self { items: "events", suffix: ".events" };
    #[cfg(feature = "alerts")]
    pub(crate) const ALERTS: Self = Self { items: "alerts", suffix: ".alerts" };
}

/// The work of emptying one line.
pub(crate) type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The lines of all exporters of one kind of items.
#[derive(Debug)]
pub(crate) struct Lines<T = SpanData> {
    clock: Clock,
    lines: Vec<Arc<Line<T>>>,
    watches: Vec<Watch>,
}

impl<T: Send + Sync + 'static> Lines<T> {
    /// A line for each output, and who empties it.
    pub(crate) fn new(
        clock: Clock,
        outputs: Vec<(Output<T>, Batching)>,
        carried: Carried,
    ) -> (Self, Vec<Work>) {
        let mut lines = Vec::new();
        let mut work: Vec<Work> = Vec::new();
        for (output, batching) in outputs {
            let line = Arc::new(Line::new(output.name, carried.suffix, batching));
            lines.push(Arc::clone(&line));
            let worker = Worker {
                line,
                exporter: output.exporter,
                fallback: output.fallback,
                items: carried.items,
                is_default_endpoint: output.is_default_endpoint,
                has_delivered: false,
                has_warned: false,
            };
            work.push(Box::pin(worker.run()));
        }
        let watches = lines.iter().map(|_| Watch::default()).collect();
        (Self { clock, lines, watches }, work)
    }

    /// The lines, whatever they carry.
    pub(crate) fn any(&self) -> Vec<Arc<dyn AnyLine>> {
        self.lines.iter().map(|line| Arc::clone(line) as Arc<dyn AnyLine>).collect()
    }
}

impl<T: Clone> Lines<T> {
    /// Gives each line its own copy; the last one takes the items themselves.
    pub(crate) fn enqueue(&self, items: Vec<T>) {
        if let Some((last, others)) = self.lines.split_last() {
            for line in others {
                line.enqueue(items.iter().cloned());
            }
            last.enqueue(items.into_iter());
        }
    }
}

#[cfg(feature = "alerts")]
impl<T> Line<T> {
    /// Takes items and sends them without waiting for more.
    pub(crate) fn send(&self, items: impl ExactSizeIterator<Item = T>) {
        self.enqueue(items);
        self.hurry();
    }

    /// Whether it lets attempts through.
    pub(crate) fn breaker_state(&self) -> crate::breaker::BreakerState {
        self.breaker.state()
    }
}

impl<T> Lines<T> {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Arc<Line<T>>> {
        self.lines.iter()
    }

    /// What became of all items at one exporter; what was `lost` before the queues counts at every one.
    pub(crate) fn totals(line: &Line<T>, lost: &Dropped) -> AccountTotals {
        let mut totals = line.account().read();
        for (reason, items) in lost {
            *totals.dropped.entry(*reason).or_default() += items;
        }
        totals
    }

    /// Notes how every exporter does.
    pub(crate) fn note(&self, lost: &Dropped) {
        for (line, watch) in self.lines.iter().zip(&self.watches) {
            watch.note(self.clock.now(), line, &Self::totals(line, lost));
        }
    }

    /// How every exporter does.
    pub(crate) fn vitals(&self, lost: &Dropped) -> Vec<ExporterVitals> {
        let lines = self.lines.iter().zip(&self.watches);
        let now: Duration = self.clock.now();
        lines.map(|(line, watch)| watch.vitals(now, line, &Self::totals(line, lost))).collect()
    }

    /// The last failure of each exporter that has had one.
    pub(crate) fn failures(&self) -> Vec<ExporterFailure> {
        self.lines.iter().filter_map(|line| line.last_failure()).collect()
    }
}

/// A line, whatever it carries.
pub(crate) trait AnyLine: Send + Sync {
    fn hurry(&self);
    fn pending(&self) -> usize;
    fn progress(&self) -> &Notify;
    fn ask_to_stop(&self, deadline: Instant);
    fn abandon(&self);
}

impl<T: Send + Sync> AnyLine for Line<T> {
    fn hurry(&self) {
        self.hurry();
    }

    fn pending(&self) -> usize {
        self.pending()
    }

    fn progress(&self) -> &Notify {
        &self.progress
    }

    fn ask_to_stop(&self, deadline: Instant) {
        self.ask_to_stop(deadline);
    }

    fn abandon(&self) {
        self.abandon();
    }
}
