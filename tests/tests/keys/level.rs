//! `level`: how loud error records are.

use std::sync::{Arc, Mutex};

use telemetry::testing::TestTelemetry;
use telemetry_runtime as telemetry;

use super::support::Fault;

#[telemetry::instrument("level")]
fn loud() -> Result<(), Fault> {
    Err(Fault::Down)
}

#[telemetry::track_errors("level", level = warn)]
fn warned() -> Result<(), Fault> {
    Err(Fault::Down)
}

struct Feed;

#[telemetry::instrument_adapter("level", level = info)]
impl Feed {
    fn inherited(&self) -> Result<(), Fault> {
        Err(Fault::Down)
    }

    #[telemetry(level = trace)]
    fn quiet(&self) -> Result<(), Fault> {
        Err(Fault::Down)
    }

    #[telemetry(level = debug)]
    fn debugged(&self) -> Result<(), Fault> {
        Err(Fault::Down)
    }
}

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn records_have_the_level_that_was_asked_for() {
    let _telemetry = TestTelemetry::new();
    let written = Written::default();
    let writer = written.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(move || writer.clone())
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .finish();
    tracing::subscriber::with_default(subscriber, || {
        let _ = (loud(), warned(), Feed.inherited(), Feed.quiet(), Feed.debugged());
    });
    let text = String::from_utf8(written.0.lock().expect("no panic").clone()).expect("text");
    for (level, name) in [
        ("ERROR", "loud"),
        (" WARN", "warned"),
        (" INFO", "inherited"),
        ("TRACE", "quiet"),
        ("DEBUG", "debugged"),
    ] {
        let line = text.lines().find(|line| line.contains(&format!("level.{name} failed")));
        let line = line.unwrap_or_else(|| panic!("{name}:\n{text}"));
        assert!(line.contains(level) && line.contains("the feed is Down"), "{line}");
    }
}
