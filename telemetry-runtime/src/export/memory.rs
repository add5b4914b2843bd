//! Spans kept in memory, for tests.

use std::collections::VecDeque;
use std::future::ready;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use opentelemetry_sdk::trace::SpanData;

use super::delivery::{Delivery, Exporter, Pending};

/// As many as a test can want; a test that forgets to clear must not eat the machine.
const CAPACITY: usize = 65_536;

/// The spans that arrived.
///
/// Clones see the same spans. When it is full the oldest go.
///
/// ```
/// use std::time::Duration;
/// use telemetry_runtime::{Operation, Telemetry, testing::InMemorySpans};
///
/// let spans = InMemorySpans::new();
/// let telemetry = Telemetry::builder().in_memory(&spans).build()?;
/// Operation::new("doc", "kept").run(|| ());
/// telemetry.flush(Duration::from_secs(5)).expect("nothing holds it up");
/// assert_eq!(spans.spans()[0].name, "doc.kept");
/// # Ok::<(), telemetry_runtime::SetupError>(())
/// ```
#[derive(Clone, Debug)]
pub struct InMemorySpans {
    spans: Arc<Mutex<VecDeque<SpanData>>>,
    capacity: usize,
}

impl Default for InMemorySpans {
    fn default() -> Self {
        Self::new()
    }
}

impl InMemorySpans {
    /// Keeps the newest 65536 spans.
    #[must_use]
    pub fn new() -> Self {
        Self::with_capacity(CAPACITY)
    }

    /// Keeps the newest `capacity` spans.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self { spans: Arc::default(), capacity }
    }

    /// The way in; the handle stays with the test.
    pub(crate) fn exporter(&self) -> InMemoryExporter {
        InMemoryExporter { kept: self.clone() }
    }

    /// What arrived, oldest first.
    #[must_use]
    pub fn spans(&self) -> Vec<SpanData> {
        self.lock().iter().cloned().collect()
    }

    /// Forgets what arrived.
    pub fn clear(&self) {
        self.lock().clear();
    }

    fn keep(&self, batch: &[SpanData]) {
        let newest = &batch[batch.len().saturating_sub(self.capacity)..];
        let mut spans = self.lock();
        let surplus = (spans.len() + newest.len()).saturating_sub(self.capacity);
        spans.drain(..surplus);
        spans.extend(newest.iter().cloned());
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<SpanData>> {
        self.spans.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Puts spans where [`InMemorySpans`] shows them.
#[derive(Debug)]
pub(crate) struct InMemoryExporter {
    kept: InMemorySpans,
}

impl Exporter for InMemoryExporter {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn export<'a>(&'a mut self, batch: &'a [SpanData]) -> Pending<'a, Delivery> {
        self.kept.keep(batch);
        Box::pin(ready(Delivery::ACCEPTED))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::delivery::sample::{span, wait};

    fn names(kept: &InMemorySpans) -> Vec<String> {
        kept.spans().iter().map(|span| span.name.to_string()).collect()
    }

    #[test]
    fn the_newest_are_kept() {
        let kept = InMemorySpans::with_capacity(3);
        let mut exporter = kept.exporter();
        assert_eq!(wait(exporter.export(&[span("a"), span("b")])), Delivery::ACCEPTED);
        assert_eq!(names(&kept), ["a", "b"]);
        wait(exporter.export(&[span("c"), span("d")]));
        assert_eq!(names(&kept), ["b", "c", "d"]);
        wait(exporter.export(&[span("e"), span("f"), span("g"), span("h")]));
        assert_eq!(names(&kept), ["f", "g", "h"]);
    }

    #[test]
    fn cleared_is_empty_and_goes_on() {
        let kept = InMemorySpans::new();
        let mut exporter = kept.clone().exporter();
        let whole = span("a");
        wait(exporter.export(std::slice::from_ref(&whole)));
        assert_eq!(kept.spans(), [whole]);
        kept.clear();
        assert!(kept.spans().is_empty());
        wait(exporter.export(&[span("b")]));
        assert_eq!(names(&kept), ["b"]);
    }
}
