//! Ways out for metrics: each reads a snapshot now and then and hands it on.
//!
//! Counts only grow, so a snapshot that did not arrive is no loss: the next one says more. Nothing queues, and every
//! snapshot is accounted for.

mod account;
mod control;
mod custom;
mod reader;

use std::{sync::Arc, time::Duration};

pub use self::custom::{MetricExport, MetricExporter};
use self::reader::Reader;
pub(crate) use self::{
    account::collect as reader_families, control::ReaderControl, custom::CustomMetricExporter,
    reader::ReaderState,
};
use super::delivery::{Delivery, Failure, Pending};
use crate::metrics::Snapshot;

/// A way out for metrics.
///
/// Only one method runs at a time, inside the runtime of the telemetry thread. Any future may be dropped at any point.
pub(crate) trait MetricSink: Send + 'static {
    /// Hands a snapshot on, once.
    fn export<'a>(&'a mut self, snapshot: &'a Snapshot) -> Pending<'a, Delivery>;

    /// Lets go of what is held; nothing is exported afterwards.
    fn shutdown(&mut self) -> Pending<'_, Result<(), Failure>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

/// A way out for metrics and how it is used.
pub(crate) struct MetricOutput {
    pub(crate) name: String,
    pub(crate) sink: Box<dyn MetricSink>,
    /// The time between two snapshots.
    pub(crate) interval: Duration,
    /// The longest that one may take.
    pub(crate) timeout: Duration,
}

/// All readers, for the background thread.
pub(crate) struct Readers {
    readers: Vec<Reader>,
    control: Arc<ReaderControl>,
}

impl Readers {
    pub(crate) fn new(outputs: Vec<MetricOutput>, registry: &Arc<crate::metrics::MetricRegistry>) -> Self {
        let readers: Vec<Reader> =
            outputs.into_iter().map(|output| Reader::new(output, Arc::clone(registry))).collect();
        let control = Arc::new(ReaderControl::new(readers.iter().map(Reader::state).collect()));
        Self { readers, control }
    }

    pub(crate) fn control(&self) -> Arc<ReaderControl> {
        Arc::clone(&self.control)
    }

    /// Works until the control stops it.
    pub(crate) async fn run(self) {
        let tasks: Vec<_> = self.readers.into_iter().map(|reader| tokio::spawn(reader.run())).collect();
        for mut task in tasks {
            tokio::select! {
                _ = &mut task => {}
                () = self.control.deadline() => {
                    task.abort();
                    // Once it is gone, nothing counts its snapshot a second time.
                    let _ = task.await;
                }
            }
        }
        self.control.abandon();
    }
}
