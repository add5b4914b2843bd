//! Files of lines: spans as requests of OTLP in its JSON form, or whatever else is rendered as lines.

mod rotating;

use std::{path::PathBuf, time::Duration};

#[cfg(feature = "file")]
use opentelemetry_sdk::trace::SpanData;

use self::rotating::RotatingFile;
#[cfg(feature = "collector")]
pub(crate) use self::rotating::rotated_files;
use super::{
    delivery::{Delivery, Exporter, Failure, Pending, Reason},
    writing::{Numbered, Sink, Writing},
};
#[cfg(feature = "file")]
use super::{json, proto::Origin};
use crate::setup_error::SetupError;

/// Which file, and what becomes of it.
#[derive(Clone, Debug)]
pub(crate) struct FileTarget {
    pub(crate) path: PathBuf,
    /// In bytes; a new file is begun before one becomes larger.
    pub(crate) rotate_size: u64,
    /// A new file is begun once one is so old.
    pub(crate) rotate_age: Option<Duration>,
    /// For how many days files are kept that were begun anew.
    pub(crate) retention_days: u32,
}

/// Turns a batch into whole lines.
pub(crate) trait Render<T>: Send + 'static {
    fn render(&self, batch: &[T]) -> Result<String, serde_json::Error>;
}

#[cfg(feature = "file")]
impl Render<SpanData> for Origin {
    fn render(&self, batch: &[SpanData]) -> Result<String, serde_json::Error> {
        json::line(batch, self)
    }
}

/// Appends what `R` renders to a file.
pub(crate) struct FileExporter<R> {
    name: &'static str,
    lines: R,
    writing: Writing<RotatingFile>,
}

impl<R> FileExporter<R> {
    /// Opens the file only once there is something to write.
    ///
    /// # Errors
    ///
    /// [`SetupError::Io`] if there can be no file of that path.
    pub(crate) fn new(name: &'static str, target: FileTarget, lines: R) -> Result<Self, SetupError> {
        let what = || format!("append to {}", target.path.display());
        rotating::check(&target.path).map_err(|source| SetupError::Io { what: what(), source })?;
        let file = RotatingFile::new(target, std::time::SystemTime::now);
        Ok(Self { name, lines, writing: Writing::new(file) })
    }
}

impl Sink for RotatingFile {
    fn write(&mut self, text: &str) -> Result<(), Failure> {
        self.append(text.as_bytes()).map_err(|error| {
            let reason = match error.kind() {
                std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Reason::DiskFull,
                _ => Reason::Unwritable,
            };
            Failure::new(reason, &format_args!("cannot append to {}: {error}", self.path().display()))
        })
    }
}

impl<T: Numbered + Sync + 'static, R: Render<T>> Exporter<T> for FileExporter<R> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn export<'a>(&'a mut self, batch: &'a [T]) -> Pending<'a, Delivery> {
        Box::pin(async move {
            let line = match self.lines.render(batch) {
                Ok(line) => line,
                Err(error) => return Delivery::refused(Failure::new(Reason::Serialize, &error)),
            };
            match self.writing.write_batch(batch, || line).await {
                Ok(()) => Delivery::ACCEPTED,
                // Disks are emptied, and directories come back.
                Err(cause) => Delivery::try_again(cause),
            }
        })
    }

    fn flush(&mut self) -> Pending<'_, Result<(), Failure>> {
        Box::pin(self.writing.finished())
    }
}

#[cfg(all(test, feature = "file"))]
mod tests;
