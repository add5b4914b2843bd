//! Writes without holding anybody up.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use opentelemetry::trace::SpanId;
use opentelemetry_sdk::trace::SpanData;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::export::delivery::{Failure, Reason};

/// A sink that may block: a terminal that is paused, a pipe that nobody reads.
///
/// It is written on a thread of its own, one text at a time.
pub(super) struct Output {
    sink: Arc<Mutex<Box<dyn Write + Send>>>,
    writing: Option<Writing>,
}

struct Writing {
    mark: Option<Mark>,
    task: JoinHandle<io::Result<()>>,
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
    pub(super) fn of(batch: &[SpanData]) -> Option<Self> {
        let (first, last) = (batch.first()?, batch.last()?);
        let [first, last] = [first, last].map(|span| span.span_context.span_id());
        Some(Self { first, last, spans: batch.len() })
    }
}

impl Output {
    pub(super) fn new(sink: Box<dyn Write + Send>) -> Self {
        Self { sink: Arc::new(Mutex::new(sink)), writing: None }
    }

    /// Whether the text of the batch `mark` is on its way.
    pub(super) fn is_writing(&self, mark: Option<Mark>) -> bool {
        mark.is_some() && self.writing.as_ref().is_some_and(|writing| writing.mark == mark)
    }

    /// Begins to write `text`; the one before must have finished.
    pub(super) fn begin(&mut self, mark: Option<Mark>, text: String) {
        if text.is_empty() {
            return;
        }
        let sink = Arc::clone(&self.sink);
        let task = spawn_blocking(move || {
            let mut sink = sink.lock().unwrap_or_else(PoisonError::into_inner);
            sink.write_all(text.as_bytes())?;
            sink.flush()
        });
        self.writing = Some(Writing { mark, task });
    }

    /// Waits for the text on its way; may be given up and called again.
    pub(super) async fn finished(&mut self) -> Result<(), Failure> {
        let Some(writing) = &mut self.writing else { return Ok(()) };
        let result = (&mut writing.task).await;
        self.writing = None;
        match result {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => {
                Err(Failure::new(Reason::Closed, &format!("cannot write to standard output: {error}")))
            }
            Err(error) => Err(Failure::new(Reason::Panicked, &error)),
        }
    }
}
