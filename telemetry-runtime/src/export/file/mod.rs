//! Spans in a file: one request of OTLP a line, in its JSON form.

mod rotating;

use std::path::PathBuf;

use opentelemetry_sdk::{Resource, trace::SpanData};

use self::rotating::RotatingFile;
use super::{
    delivery::{Delivery, Exporter, Failure, Pending, Reason},
    json,
    proto::Origin,
    writing::{Sink, Writing},
};
use crate::setup_error::SetupError;

/// Which file, and what becomes of it.
#[derive(Clone, Debug)]
pub(crate) struct FileTarget {
    pub(crate) path: PathBuf,
    /// In bytes; a new file is begun before one becomes larger.
    pub(crate) rotate_size: u64,
    /// For how many days files are kept that were begun anew.
    pub(crate) retention_days: u32,
}

/// Appends spans to a file.
pub(crate) struct FileExporter {
    name: &'static str,
    origin: Origin,
    writing: Writing<RotatingFile>,
}

impl FileExporter {
    /// Opens the file only once there is something to write.
    ///
    /// # Errors
    ///
    /// [`SetupError::Io`] if there can be no file of that path.
    pub(crate) fn new(
        name: &'static str,
        target: FileTarget,
        resource: &Resource,
    ) -> Result<Self, SetupError> {
        let what = || format!("append to {}", target.path.display());
        rotating::check(&target.path).map_err(|source| SetupError::Io { what: what(), source })?;
        let file = RotatingFile::new(target, std::time::SystemTime::now);
        Ok(Self { name, origin: Origin::from(resource), writing: Writing::new(file) })
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

impl Exporter for FileExporter {
    fn name(&self) -> &'static str {
        self.name
    }

    fn export<'a>(&'a mut self, batch: &'a [SpanData]) -> Pending<'a, Delivery> {
        Box::pin(async move {
            let line = match json::line(batch, &self.origin) {
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

#[cfg(test)]
mod tests;
