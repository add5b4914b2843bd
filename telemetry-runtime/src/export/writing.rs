//! Writes without holding anybody up.

use std::sync::{Arc, Mutex, PoisonError};

use opentelemetry_sdk::trace::SpanData;
use tokio::task::{JoinHandle, spawn_blocking};

use super::delivery::{Failure, Reason};

/// Where texts go; it may block.
pub(crate) trait Sink: Send + 'static {
    /// Writes all of `text`.
    fn write(&mut self, text: &str) -> Result<(), Failure>;
}

/// Standard output, or what stands for it.
#[cfg(any(feature = "console", feature = "logs"))]
pub(crate) struct Console(pub(crate) Box<dyn std::io::Write + Send>);

#[cfg(any(feature = "console", feature = "logs"))]
impl Sink for Console {
    fn write(&mut self, text: &str) -> Result<(), Failure> {
        self.0.write_all(text.as_bytes()).and_then(|()| self.0.flush()).map_err(|error| {
            Failure::new(Reason::Closed, &format_args!("cannot write to standard output: {error}"))
        })
    }
}

/// A sink that may block: a terminal that is paused, a pipe that nobody reads, a slow disk.
///
/// It is written on a thread of its own, one text at a time.
pub(crate) struct Writing<S> {
    sink: Arc<Mutex<S>>,
    current: Option<Current>,
}

struct Current {
    mark: Option<Mark>,
    task: JoinHandle<Result<(), Failure>>,
}

/// An item that is told from others by a number.
pub(crate) trait Numbered {
    fn number(&self) -> u64;
}

impl Numbered for SpanData {
    fn number(&self) -> u64 {
        u64::from_be_bytes(self.span_context.span_id().to_bytes())
    }
}

/// Tells batches apart.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    first: u64,
    last: u64,
    items: usize,
}

impl Mark {
    /// None for an empty batch.
    fn of(batch: &[impl Numbered]) -> Option<Self> {
        let (first, last) = (batch.first()?, batch.last()?);
        Some(Self { first: first.number(), last: last.number(), items: batch.len() })
    }
}

impl<S: Sink> Writing<S> {
    pub(crate) fn new(sink: S) -> Self {
        Self { sink: Arc::new(Mutex::new(sink)), current: None }
    }

    /// Writes what `render` makes of the batch.
    ///
    /// A batch whose attempt was given up is being written still; it is not written twice.
    pub(crate) async fn write_batch(
        &mut self,
        batch: &[impl Numbered],
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
    pub(crate) fn begin(&mut self, mark: Option<Mark>, text: String) {
        if text.is_empty() {
            return;
        }
        let sink = Arc::clone(&self.sink);
        let task = spawn_blocking(move || sink.lock().unwrap_or_else(PoisonError::into_inner).write(&text));
        self.current = Some(Current { mark, task });
    }

    /// Waits for the text on its way; may be given up and called again.
    pub(crate) async fn finished(&mut self) -> Result<(), Failure> {
        let Some(current) = &mut self.current else { return Ok(()) };
        let result = (&mut current.task).await;
        self.current = None;
        result.unwrap_or_else(|error| Err(Failure::new(Reason::Panicked, &error)))
    }
}
