//! Adapts an exporter of the program.

use std::{
    error::Error,
    fmt,
    future::{Future, ready},
    pin::Pin,
};

use super::{Delivery, Failure, MetricSink, Pending};
use crate::{
    export::{custom::guarded, delivery::Reason},
    metrics::Snapshot,
};

/// What an exporter of the program answers, once it has.
pub type MetricExport<'a> =
    Pin<Box<dyn Future<Output = Result<(), Box<dyn Error + Send + Sync>>> + Send + 'a>>;

/// Hands the program's metrics to wherever it wants them.
///
/// It is called on the background thread, which serves all exporters: wait with `.await`, never block. What it answers
/// with an error is tried again a few times, then left to the next snapshot, which says more. A panic of it is an error.
///
/// ```
/// use std::sync::mpsc;
/// use std::time::Duration;
/// use telemetry_runtime::{MetricExport, MetricExporter, Snapshot, Telemetry};
///
/// struct Sizes(mpsc::Sender<usize>);
///
/// impl MetricExporter for Sizes {
///     fn export<'a>(&'a mut self, snapshot: &'a Snapshot) -> MetricExport<'a> {
///         Box::pin(async move { Ok(self.0.send(snapshot.families().len())?) })
///     }
/// }
///
/// let (sizes, seen) = mpsc::channel();
/// let telemetry = Telemetry::builder().metric_exporter("sizes", Sizes(sizes)).build()?;
/// telemetry.flush(Duration::from_secs(5)).expect("nothing blocks it");
/// assert!(seen.recv().is_ok());
/// # Ok::<(), telemetry_runtime::SetupError>(())
/// ```
pub trait MetricExporter: Send + 'static {
    /// Hands a snapshot on.
    fn export<'a>(&'a mut self, snapshot: &'a Snapshot) -> MetricExport<'a>;

    /// Lets go of what is held; nothing is exported afterwards. Does nothing by default.
    fn shutdown(&mut self) -> MetricExport<'_> {
        Box::pin(ready(Ok(())))
    }
}

/// A [`MetricExporter`] whose panics are answers like any other.
pub(crate) struct CustomMetricExporter<E>(pub(crate) E);

impl<E: MetricExporter> MetricSink for CustomMetricExporter<E> {
    fn export<'a>(&'a mut self, snapshot: &'a Snapshot) -> Pending<'a, Delivery> {
        let exporter = &mut self.0;
        Box::pin(async move {
            match answered(Box::pin(async move { exporter.export(snapshot).await })).await {
                Ok(()) => Delivery::ACCEPTED,
                Err(cause) if cause.reason == Reason::Panicked => Delivery::refused(cause),
                Err(cause) => Delivery::try_again(cause),
            }
        })
    }

    fn shutdown(&mut self) -> Pending<'_, Result<(), Failure>> {
        let exporter = &mut self.0;
        Box::pin(answered(Box::pin(async move { exporter.shutdown().await })))
    }
}

async fn answered(attempt: MetricExport<'_>) -> Result<(), Failure> {
    guarded(attempt).await?.map_err(|error| Failure::new(Reason::Exporter, &error))
}

impl<E> fmt::Debug for CustomMetricExporter<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomMetricExporter").finish_non_exhaustive()
    }
}
