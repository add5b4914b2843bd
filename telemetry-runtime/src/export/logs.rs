//! Log records on their way: from the threads that write them into one line an exporter.

use std::{
    borrow::Cow,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::SystemTime,
};

use opentelemetry::{KeyValue, SpanId, TraceFlags, TraceId};
use tracing::Level;

use super::{
    account::Dropped,
    last_failure::ExporterFailure,
    line::Batching,
    lines::{Carried, Lines, Output, Work},
    watch::ExporterVitals,
    writing::Numbered,
};
use crate::clock::Clock;

/// What a program says of itself at one moment.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LogRecord {
    /// Counts up, from the start of the program.
    pub(crate) number: u64,
    pub(crate) time: SystemTime,
    pub(crate) level: Level,
    pub(crate) target: Cow<'static, str>,
    /// Where it was written.
    pub(crate) file: Option<Cow<'static, str>>,
    pub(crate) line: Option<u32>,
    /// Empty if it has only fields.
    pub(crate) message: String,
    pub(crate) fields: Vec<KeyValue>,
    pub(crate) dropped_fields: u32,
    /// The span around it, whether that is recorded or not.
    pub(crate) span: Option<SpanOfRecord>,
}

/// The span around a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SpanOfRecord {
    pub(crate) trace_id: TraceId,
    pub(crate) span_id: SpanId,
    pub(crate) flags: TraceFlags,
}

/// A record that several exporters have.
pub(crate) type SharedRecord = Arc<LogRecord>;

impl Numbered for SharedRecord {
    fn number(&self) -> u64 {
        self.number
    }
}

/// Where all threads put their log records.
#[derive(Debug)]
pub(crate) struct LogHub {
    started: AtomicU64,
    lines: Lines<SharedRecord>,
    #[cfg(feature = "dashboard")]
    recent: Option<Arc<super::RecentLogs>>,
}

impl LogHub {
    /// A hub, and who empties its lines.
    pub(crate) fn new(clock: &Clock, outputs: Vec<(Output<SharedRecord>, Batching)>) -> (Self, Vec<Work>) {
        let (lines, work) = Lines::new(clock.clone(), outputs, Carried::LOGS);
        let hub = Self {
            started: AtomicU64::new(0),
            lines,
            #[cfg(feature = "dashboard")]
            recent: None,
        };
        (hub, work)
    }

    /// Lets `recent` remember records, too.
    #[cfg(feature = "dashboard")]
    pub(crate) fn remember(&mut self, recent: Option<Arc<super::RecentLogs>>) {
        self.recent = recent;
    }

    /// The number of the next record, which is counted by this.
    pub(crate) fn next_number(&self) -> u64 {
        self.started.fetch_add(1, Ordering::AcqRel)
    }

    /// Takes a record; it never waits for an exporter.
    pub(crate) fn push(&self, record: LogRecord) {
        let record = Arc::new(record);
        #[cfg(feature = "dashboard")]
        if let Some(recent) = &self.recent {
            recent.add(&record);
        }
        for line in self.lines.iter() {
            line.enqueue(std::iter::once(Arc::clone(&record)));
        }
    }

    pub(super) fn started(&self) -> u64 {
        self.started.load(Ordering::Acquire)
    }

    pub(super) fn lines(&self) -> &Lines<SharedRecord> {
        &self.lines
    }

    /// How every exporter does.
    pub(crate) fn vitals(&self) -> Vec<ExporterVitals> {
        self.lines.vitals(&Dropped::new())
    }

    /// The last failure of each exporter that has had one.
    pub(crate) fn failures(&self) -> Vec<ExporterFailure> {
        self.lines.failures()
    }
}
