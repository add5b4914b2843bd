use std::future::ready;

use crate::{
    alert::{Alert, AlertHandled, AlertHandler, AlertStatus},
    fault::{self, Fault},
    settings::AlertSeverity,
    thread::{self, Recording},
};

/// Writes alerts to the log, as `tracing` events of the target `telemetry`.
///
/// Where no subscriber takes them they go the way of faults: to standard error, unless the program says else.
///
/// A critical alert is an error, a warning a warning, all else is for information.
///
/// ```
/// use telemetry_runtime::{AlertRule, LogHandler, Telemetry};
///
/// let builder = Telemetry::builder().alert_rule(AlertRule::new("cpu", 90.0)).alert_handler("log", LogHandler);
/// # let _ = builder;
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct LogHandler;

impl AlertHandler for LogHandler {
    fn handle<'a>(&'a mut self, alerts: &'a [Alert]) -> AlertHandled<'a> {
        // What this thread does is no news of the program, but an alert is.
        let before = thread::with(|thread| thread.replace_recording(Recording::Sampled));
        let _back = Back(before);
        alerts.iter().for_each(log);
        Box::pin(ready(Ok(())))
    }
}

/// Restores what was recorded, also if a subscriber panics.
struct Back(Recording);

impl Drop for Back {
    fn drop(&mut self) {
        thread::with(|thread| thread.replace_recording(self.0));
    }
}

fn log(alert: &Alert) {
    macro_rules! write_at {
        ($level:expr) => {
            if tracing::event_enabled!(target: "telemetry", $level) {
                tracing::event!(
                    target: "telemetry",
                    $level,
                    alert = %alert.rule,
                    status = alert.status.as_str(),
                    severity = alert.severity.as_str(),
                    metric = %alert.metric,
                    value = alert.value,
                    threshold = alert.threshold,
                    "{}",
                    alert.message
                );
            } else {
                // An alert that nobody logs is told all the same.
                let (status, severity) = (alert.status.as_str(), alert.severity.as_str());
                fault::report(&Fault::new("alerts", format!("{status}, {severity}: {}", alert.message)));
            }
        };
    }
    match (alert.status, alert.severity) {
        (AlertStatus::Firing, AlertSeverity::Critical) => write_at!(tracing::Level::ERROR),
        (AlertStatus::Firing, AlertSeverity::Warning) => write_at!(tracing::Level::WARN),
        _ => write_at!(tracing::Level::INFO),
    }
}
