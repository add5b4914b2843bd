use std::{
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

pub(crate) use telemetry::{
    Alert, AlertError, AlertHandled, AlertHandler, AlertRule, AlertState, Settings, Telemetry, Value,
};
use telemetry::{Clock, ManualClock, Metrics, TelemetryBuilder};
pub(crate) use telemetry_runtime as telemetry;

pub(crate) const SOON: Duration = Duration::from_secs(60);

/// The process has one clock, which a test moves, and one set of families; so one test at a time.
pub(crate) struct Alone {
    hands: ManualClock,
    _guard: MutexGuard<'static, ()>,
}

pub(crate) fn alone() -> Alone {
    static ALONE: Mutex<()> = Mutex::new(());
    static HANDS: OnceLock<ManualClock> = OnceLock::new();
    let guard = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let hands = HANDS.get_or_init(|| {
        let (clock, hands) = Clock::manual();
        let first = Telemetry::builder().clock(clock).build().expect("it is legal");
        first.shutdown(SOON).expect("in time");
        hands
    });
    Alone { hands: hands.clone(), _guard: guard }
}

impl Alone {
    /// Lets another interval pass, and waits until it is evaluated and everybody was told.
    pub(crate) fn tick(&self, telemetry: &Telemetry) {
        self.pass();
        telemetry.flush(SOON).expect("in time");
    }

    pub(crate) fn pass(&self) {
        self.hands.advance(Duration::from_secs(15));
    }
}

/// Telemetry with these settings of alerts, which remembers nothing unless they say so.
pub(crate) fn watching(alerts: &str) -> TelemetryBuilder {
    let settings = Settings::from_yaml_str(&format!("exporters: []\nalerts: {{ {alerts} }}")).expect("legal");
    Telemetry::builder().settings(settings)
}

/// A rule that fires at once for values above ten.
pub(crate) fn rule(metric: &str) -> AlertRule {
    let mut rule = AlertRule::new(metric, 10.0);
    rule.cooldown = Some(Duration::ZERO);
    rule
}

/// A gauge of that name.
pub(crate) fn set(metric: &str, value: f64) {
    Metrics::new("", "").gauge(metric, "A test's.", [""; 0]).with([]).set(value);
}

/// What was told, and how it answers.
#[derive(Clone, Default)]
pub(crate) struct Recorder {
    pub(crate) alerts: Arc<Mutex<Vec<Alert>>>,
    /// Attempts that are to fail still.
    pub(crate) failures: Arc<AtomicU32>,
}

impl Recorder {
    /// Status and rule of all that was told, oldest first.
    pub(crate) fn told(&self) -> Vec<(&'static str, String)> {
        let alerts = self.alerts.lock().unwrap_or_else(PoisonError::into_inner);
        alerts.iter().map(|alert| (alert.status.as_str(), alert.rule.clone())).collect()
    }

    pub(crate) fn statuses(&self) -> Vec<&'static str> {
        self.told().into_iter().map(|(status, _)| status).collect()
    }
}

impl AlertHandler for Recorder {
    fn handle<'a>(&'a mut self, alerts: &'a [Alert]) -> AlertHandled<'a> {
        Box::pin(async move {
            let left = self.failures.load(Ordering::SeqCst);
            if left > 0 {
                self.failures.store(left - 1, Ordering::SeqCst);
                return Err(AlertError::again("out of order"));
            }
            self.alerts.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(alerts);
            Ok(())
        })
    }
}

/// What became of alerts at a handler, by result and reason, after checking that they add up to all there were.
#[track_caller]
pub(crate) fn account<const N: usize>(
    telemetry: &Telemetry,
    handler: &str,
    started: u64,
    wanted: [(&str, &str); N],
) -> [u64; N] {
    let snapshot = telemetry.snapshot();
    let whose = ("handler", handler);
    assert_eq!(snapshot.sum("telemetry_alerts_started_total", &[whose]), started);
    assert_eq!(snapshot.sum("telemetry_alerts_total", &[whose]), started, "{:?}", telemetry.alerts());
    assert_eq!(snapshot.value("telemetry_alerts_live", &[whose]), Some(&Value::Gauge(0.0)));
    wanted.map(|(result, reason)| {
        snapshot.sum("telemetry_alerts_total", &[whose, ("result", result), ("reason", reason)])
    })
}
