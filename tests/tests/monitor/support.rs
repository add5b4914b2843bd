use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

pub(crate) use telemetry::{
    CounterProbe, Measured, MonitorConfig, PerformanceMonitor, Probe, ProbeError, ProbeKind, ProbeOptions,
    Readings, RegisterError, Settings, Snapshot, Telemetry, Value,
};
pub(crate) use telemetry_runtime as telemetry;
pub(crate) use telemetry_tests::{Gate, until};

/// A run after the other, without any retry.
pub(crate) const OFTEN: ProbeOptions =
    ProbeOptions::every(Duration::from_millis(5)).retries(0).jitter(Duration::ZERO);

/// Everything that the fault hook was told.
static FAULTS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// How often something with these words was told.
pub(crate) fn told(words: &str) -> usize {
    let faults = FAULTS.lock().unwrap_or_else(PoisonError::into_inner);
    faults.iter().filter(|fault| fault.contains(words)).count()
}

/// Metrics of the machine are those of the process, so that one test at a time looks at them.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Telemetry that monitors as these settings say.
pub(crate) fn monitoring(settings: &str) -> Telemetry {
    let settings = Settings::from_yaml_str(&format!("exporters: []\n{settings}")).expect("legal");
    let hook = |fault: &telemetry::Fault| {
        FAULTS.lock().unwrap_or_else(PoisonError::into_inner).push(fault.to_string());
    };
    Telemetry::builder().settings(settings).on_fault(hook).build().expect("nothing to fail")
}

/// Telemetry that monitors as often as it can.
pub(crate) fn quick() -> Telemetry {
    let often = "5ms";
    monitoring(&format!(
        "monitor: {{ interval: {often}, jitter: 0, probes: {{ cpu: 200ms, memory: {often}, disk: {often}, \
         network: {often}, connections: {often} }} }}"
    ))
}

pub(crate) fn monitor(telemetry: &Telemetry) -> &PerformanceMonitor {
    telemetry.monitor().expect("it is not switched off")
}

/// The value of a gauge or counter, if its series is there.
pub(crate) fn value(snapshot: &Snapshot, family: &str, labels: &[(&str, &str)]) -> Option<f64> {
    match snapshot.value(family, labels)? {
        Value::Gauge(value) | Value::Amount(value) => Some(*value),
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        Value::Counter(count) => Some(*count as f64),
        Value::Histogram(_) => None,
    }
}

/// Runs of the probe that failed for that reason.
pub(crate) fn errors(telemetry: &Telemetry, probe: &str, reason: &str) -> u64 {
    telemetry.snapshot().sum("telemetry_probe_errors_total", &[("probe", probe), ("reason", reason)])
}
