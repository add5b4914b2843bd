//! What telemetry watches beside calls: how large the database is, and whether it answers.

use std::{
    error::Error,
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags};
use telemetry_runtime::{self as telemetry, HealthStatus, ProbeOptions};

/// Begins to watch the database; does nothing while telemetry is off.
pub(crate) fn database(file: &Path) -> Result<(), Box<dyn Error>> {
    let Some(telemetry) = telemetry::Telemetry::global() else { return Ok(()) };
    if let Some(monitor) = telemetry.monitor() {
        let options = ProbeOptions::every(Duration::from_secs(10)).jitter(Duration::ZERO);
        monitor.register_probe("quote_store_bytes", options, StoreSize(file.to_owned()))?;
    }
    let file = file.to_owned();
    telemetry.register_health_check("quote_store", move || {
        // Of its own: the store's connection may be waited for by many requests.
        let connection = Connection::open_with_flags(&file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        connection.query_row("SELECT count(*) FROM quotes", [], |row| row.get::<_, i64>(0))?;
        Ok(HealthStatus::Healthy)
    })?;
    Ok(())
}

/// Bytes of the database and of what it has not yet taken over from its log.
struct StoreSize(PathBuf);

impl telemetry::Probe for StoreSize {
    fn measure(&self) -> telemetry::Measured {
        let log = self.0.with_extension("sqlite-wal");
        let bytes = size(&self.0)? + size(&log).or_else(nothing_yet)?;
        Ok((bytes as f64).into())
    }

    fn help(&self) -> &str {
        "Size of the database of quotes, its log included."
    }
}

fn size(file: &Path) -> io::Result<u64> {
    fs::metadata(file).map(|metadata| metadata.len())
}

/// A log that is not there holds nothing.
fn nothing_yet(error: io::Error) -> io::Result<u64> {
    match error.kind() {
        io::ErrorKind::NotFound => Ok(0),
        _ => Err(error),
    }
}
