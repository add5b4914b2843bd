//! What the program's tokio runtime does, as far as its stable metrics say.

use tokio::runtime::{Handle, RuntimeMetrics};

use super::none;
use crate::metrics::{Family, FamilyKind, Labels, Value};

/// The runtime that telemetry was set up in.
#[derive(Clone, Debug)]
pub(crate) struct RuntimeWatch(Option<RuntimeMetrics>);

impl RuntimeWatch {
    /// Watches the runtime of this thread, if there is one.
    pub(crate) fn current() -> Self {
        Self(Handle::try_current().ok().map(|runtime| runtime.metrics()))
    }

    #[expect(clippy::cast_precision_loss, reason = "2^52 tasks are not to be expected")]
    pub(crate) fn families(&self) -> Vec<Family> {
        let Some(metrics) = &self.0 else { return Vec::new() };
        let gauge = |name, help, value: usize| {
            let mut family = Family::new(name, FamilyKind::Gauge, help);
            family.push(&none(), Value::Gauge(value as f64));
            family
        };
        let mut families = vec![
            gauge("tokio_workers", "Worker threads of the async runtime.", metrics.num_workers()),
            gauge("tokio_alive_tasks", "Tasks that have not ended.", metrics.num_alive_tasks()),
            gauge(
                "tokio_global_queue_depth",
                "Tasks in the queue of all workers.",
                metrics.global_queue_depth(),
            ),
        ];
        families.extend(workers(metrics));
        families
    }
}

#[cfg(target_has_atomic = "64")]
fn workers(metrics: &RuntimeMetrics) -> [Family; 2] {
    let mut busy = Family::new(
        "tokio_worker_busy_seconds_total",
        FamilyKind::Counter,
        "Time that a worker thread was busy, in seconds.",
    );
    let mut parks = Family::new(
        "tokio_worker_parks_total",
        FamilyKind::Counter,
        "Times that a worker had nothing to do.",
    );
    for worker in 0..metrics.num_workers() {
        let labels = Labels::new([("worker", worker.to_string())]);
        busy.push(&labels, Value::Amount(metrics.worker_total_busy_duration(worker).as_secs_f64()));
        parks.push(&labels, Value::Counter(metrics.worker_park_count(worker)));
    }
    [busy, parks]
}

#[cfg(not(target_has_atomic = "64"))]
fn workers(_: &RuntimeMetrics) -> [Family; 0] {
    []
}
