//! The collector: events of the program, added up over windows, kept in a file and sent on.
//!
//! A thread that adds an event leaves it in the `intake`. The `worker`, on the background thread, filters it, lets the
//! program's own function change it, adds it to the `windows`, and gives a copy to the line of each further way out.

mod add;
mod aggregated;
mod event;
mod families;
mod file;
mod intake;
mod keys;
#[cfg(all(feature = "logs", feature = "_otlp"))]
mod otlp;
mod packed;
mod range;
mod replay;
mod sketch;
mod stats;
mod windows;
mod worker;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

#[cfg(all(feature = "logs", feature = "_otlp"))]
pub(crate) use self::otlp::AsLogRecords;
pub use self::{
    aggregated::{Aggregated, EventAggregate, WindowAggregates},
    event::{Event, EventError, Micros},
    range::{EventReport, report_events},
};
pub(crate) use self::{
    families::collect as event_families,
    file::EventFile,
    packed::Packed,
    replay::Replay,
    worker::{Transform, Worker},
};
use self::{intake::Intake, windows::Windows};
use crate::{
    clock::Clock,
    export::{
        Account, Batching, Carried, DropReason, Dropped, ExporterFailure, ExporterVitals, Lines, Output, Work,
    },
    settings::{CollectorSettings, EventType},
};

/// Types of events, by their number.
const TYPES: [EventType; 3] = [EventType::Performance, EventType::Error, EventType::Metric];

/// Collects events of the program; [`Telemetry::collector`](crate::Telemetry::collector) gives it.
///
/// Adding an event only leaves it in a bounded queue. On the background thread it is added up over sliding windows,
/// and, as the settings say, appended to a file of JSON lines and sent as an OTLP log record. For each of those the
/// family `telemetry_events_total` says what became of every event.
///
/// Cloning gives another handle.
///
/// ```
/// use std::{collections::BTreeMap, time::Duration};
/// use telemetry_runtime::{CollectorConfig, Telemetry};
///
/// let telemetry = Telemetry::builder().collector(CollectorConfig::default()).build()?;
/// let collector = telemetry.collector().expect("it was asked for");
/// collector.add_performance_event("api_call", Duration::from_millis(500), "provider1");
/// collector.add_error_event(&std::fmt::Error, "provider1", "fetch");
/// collector.add_metric_event("cpu_usage", 75.5, &[("host", "server1")]);
/// telemetry.flush(Duration::from_secs(5))?;
/// assert_eq!(collector.aggregated().windows[0].rows.len(), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct EventCollector {
    shared: Arc<Shared>,
}

/// What the handles and the worker share.
pub(crate) struct Shared {
    clock: Clock,
    /// Whether messages of errors may leave the program.
    has_messages: bool,
    has_backtraces: bool,
    intake: Intake,
    windows: Option<Mutex<Windows>>,
    /// What became of events at the windows.
    taken: Account,
    lines: Lines<Packed>,
}

impl EventCollector {
    /// A collector with these ways out beside the windows, and who empties their lines.
    pub(crate) fn new(
        clock: &Clock,
        config: &CollectorSettings,
        has_messages: bool,
        outputs: Vec<(Output<Packed>, Batching)>,
    ) -> (Self, Vec<Work>) {
        let (lines, work) = Lines::new(clock.clone(), outputs, Carried::EVENTS);
        let windows = config.processing.aggregate.then(|| Windows::new(&config.windows, config.max_keys));
        let shared = Shared {
            clock: clock.clone(),
            has_messages,
            has_backtraces: config.backtraces,
            intake: Intake::new(config.max_events),
            windows: windows.map(Mutex::new),
            taken: Account::default(),
            lines,
        };
        (Self { shared: Arc::new(shared) }, work)
    }

    /// Events added up over each window; without any where `collector.processing.aggregate` is off.
    ///
    /// What was added a moment ago may still be on its way: `Telemetry::flush` waits for it.
    #[must_use]
    pub fn aggregated(&self) -> Aggregated {
        let now = self.shared.clock.now();
        self.shared.windows().map(|windows| windows.read(now)).unwrap_or_default()
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    pub(crate) fn lines(&self) -> &Lines<Packed> {
        &self.shared.lines
    }

    /// How every way out does.
    pub(crate) fn vitals(&self) -> Vec<ExporterVitals> {
        self.shared.lines.vitals(&self.shared.intake.lost())
    }

    /// The last failure of each way out that has had one.
    pub(crate) fn failures(&self) -> Vec<ExporterFailure> {
        self.shared.lines.failures()
    }
}

impl From<Arc<Shared>> for EventCollector {
    fn from(shared: Arc<Shared>) -> Self {
        Self { shared }
    }
}

impl Shared {
    fn windows(&self) -> Option<MutexGuard<'_, Windows>> {
        let windows = self.windows.as_ref()?;
        Some(windows.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn lose(&self, reason: DropReason, events: u64) {
        self.intake.lose(reason, events);
    }

    fn lost(&self) -> Dropped {
        self.intake.lost()
    }
}

impl fmt::Debug for EventCollector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventCollector")
            .field("started", &self.shared.intake.started())
            .field("waiting", &self.shared.intake.waiting())
            .finish_non_exhaustive()
    }
}
