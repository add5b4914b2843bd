use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

pub(crate) use telemetry::{
    CollectorConfig, Event, EventCollector, EventSeverity, EventType, Settings, Telemetry, Value,
};
pub(crate) use telemetry_runtime as telemetry;

pub(crate) const SOON: Duration = Duration::from_secs(60);

/// The families of all collectors of a process are one, so one test at a time.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Telemetry that collects, and does nothing else.
pub(crate) fn collecting(config: CollectorConfig) -> Telemetry {
    Telemetry::builder().collector(config).build().expect("it is legal")
}

pub(crate) fn collector(telemetry: &Telemetry) -> &EventCollector {
    telemetry.collector().expect("it was asked for")
}

/// Defaults, and the file.
pub(crate) fn persisted(path: &Path) -> CollectorConfig {
    let mut config = CollectorConfig::default();
    config.enable_persistence = true;
    config.persistence_file = path.to_owned();
    config.flush_interval = Duration::from_millis(10);
    config
}

/// How many events the sink has by result and reason, after checking that they add up to all that were added.
#[track_caller]
pub(crate) fn account<const N: usize>(
    telemetry: &Telemetry,
    sink: &str,
    added: u64,
    wanted: [(&str, &str); N],
) -> [u64; N] {
    let snapshot = telemetry.snapshot();
    assert_eq!(snapshot.sum("telemetry_events_started_total", &[]), added);
    assert_eq!(snapshot.sum("telemetry_events_total", &[("exporter", sink)]), added, "{snapshot:?}");
    assert_eq!(snapshot.value("telemetry_events_live", &[("exporter", sink)]), Some(&Value::Gauge(0.0)));
    wanted.map(|(result, reason)| {
        let labels = [("exporter", sink), ("result", result), ("reason", reason)];
        snapshot.sum("telemetry_events_total", &labels)
    })
}

/// Events of a file; every line must be one.
#[track_caller]
pub(crate) fn events_of(path: &Path) -> Vec<Event> {
    let text = std::fs::read_to_string(path).expect("it is there");
    assert!(text.is_empty() || text.ends_with('\n'), "a torn line");
    text.lines().map(|line| serde_json::from_str(line).expect("an event")).collect()
}
