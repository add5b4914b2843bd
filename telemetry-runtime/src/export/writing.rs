//! Writes without holding anybody up.

use std::sync::{Arc, Mutex, PoisonError};

use opentelemetry::trace::SpanId;
use opentelemetry_sdk::trace::SpanData;
use tokio::task::{JoinHandle, spawn_blocking};

use super::delivery::{Failure, Reason};

/// Where texts go; it may block.
pub(super) trait Sink: Send + 'static {
    /// Writes all of `text`.
    fn write(&mut self, text: &str) -> Result<(), Failure>;
}

/// A sink that may block: a terminal that is paused, a pipe that nobody reads, a slow disk.
///
/// It is written on a thread of its own, one text at a time.
pub(super) struct Writing<S> {
    sink: Arc<Mutex<S>>,
    current: Option<Current>,
}

struct Current {
    mark: Option<Mark>,
    task: JoinHandle<Result<(), Failure>>,
}

/// Tells batches apart.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    first: SpanId,
    last: SpanId,
    spans: usize,
}

impl Mark {
    /// None for an empty batch.
    fn of(batch: &[SpanData]) -> Option<Self> {
        let (first, last) = (batch.first()?, batch.last()?);
        let [first, last] = [first, last].map(|span| span.span_context.span_id());
        Some(Self { first, last, spans: batch.len() })
    }
}

impl<S: Sink> Writing<S> {
    pub(super) fn new(sink: S) -> Self {
        Self { sink: Arc::new(Mutex::new(sink)), current: None }
    }

    /// Writes what `render` makes of the batch.
    ///
    /// A batch whose attempt was given up is being written still; it is not written twice.
    pub(super) async fn write_batch(
        &mut self,
        batch: &[SpanData],
        render: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        let mark = Mark::of(batch);
        let is_current = mark.is_some() && self.current.as_ref().is_some_and(|current| current.mark == mark);
        if !is_current {
            // Its failure belongs to the batch before.
            drop(self.finished().await);
            self.begin(mark, render());
        }
        self.finished().await
    }

    /// Begins to write `text`; the one before must have finished.
    pub(super) fn begin(&mut self, mark: Option<Mark>, text: String) {
        if text.is_empty() {
            return;
        }
        let sink = Arc::clone(&self.sink);
        let task = spawn_blocking(move || sink.lock().unwrap_or_else(PoisonError::into_inner).write(&text));
        self.current = Some(Current { mark, task });
    }

    /// Waits for the text on its way; may be given up and called again.
    pub(super) async fn finished(&mut self) -> Result<(), Failure> {
        let Some(current) = &mut self.current else { return Ok(()) };
        let result = (&mut current.task).await;
        self.current = None;
        result.unwrap_or_else(|error| Err(Failure::new(Reason::Panicked, &error)))
    }
}
