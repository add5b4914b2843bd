//! From a probe to a job.

use std::sync::Arc;

use super::{
    AsyncProbe, PerformanceMonitor, Probe, ProbeKind, ProbeOptions, Readings, RegisterError,
    recording::{Fed, OnError, Recording},
};
use crate::{
    metrics::MeasuredFamily,
    periodic::{Job, Pace, Patience, Work},
    settings::MonitorSettings,
};

/// A probe of either kind.
pub(super) struct AnyProbe {
    pub(super) work: Work<Readings>,
    pub(super) families: Vec<Fed>,
    pub(super) on_error: OnError,
}

impl PerformanceMonitor {
    /// Measures with `probe` from now on, as the metric `name`.
    ///
    /// The first run comes within the jitter, the others one in each interval. `options` may be just the interval.
    ///
    /// # Errors
    ///
    /// A name that cannot be that of a metric or is another probe's, and an interval or timeout of zero.
    pub fn register_probe(
        &self,
        name: &str,
        options: impl Into<ProbeOptions>,
        probe: impl Probe,
    ) -> Result<(), RegisterError> {
        let probe = Arc::new(probe);
        let families = vec![self.own_family(name, probe.kind(), probe.help())?];
        let on_error: OnError = Arc::new({
            let probe = Arc::clone(&probe);
            move |error| probe.on_error(error)
        });
        let work = Work::Blocking(Arc::new(move || probe.measure()));
        self.register(name, options.into(), AnyProbe { work, families, on_error })
    }

    /// Measures with a probe that waits instead of blocking, as [`PerformanceMonitor::register_probe`] does.
    ///
    /// ```
    /// use std::time::Duration;
    /// use telemetry_runtime::Telemetry;
    ///
    /// let telemetry = Telemetry::builder().build()?;
    /// let monitor = telemetry.monitor().expect("nobody switched it off");
    /// let (_feed, level) = tokio::sync::watch::channel(0.5);
    /// monitor.register_async_probe("tank_level_ratio", Duration::from_secs(60), move || {
    ///     let mut level = level.clone();
    ///     async move {
    ///         level.changed().await?;
    ///         Ok((*level.borrow()).into())
    ///     }
    /// })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`PerformanceMonitor::register_probe`].
    pub fn register_async_probe(
        &self,
        name: &str,
        options: impl Into<ProbeOptions>,
        probe: impl AsyncProbe,
    ) -> Result<(), RegisterError> {
        let probe = Arc::new(probe);
        let families = vec![self.own_family(name, probe.kind(), probe.help())?];
        let on_error: OnError = Arc::new({
            let probe = Arc::clone(&probe);
            move |error| probe.on_error(error)
        });
        let work = Work::Async(Box::new(move || {
            let probe = Arc::clone(&probe);
            Box::pin(async move { probe.measure().await })
        }));
        self.register(name, options.into(), AnyProbe { work, families, on_error })
    }

    /// Lets the probe of that name go; says whether there was one.
    ///
    /// Its gauges are left out from then on, its counters stay as they are.
    pub fn unregister_probe(&self, name: &str) -> bool {
        self.shared.jobs.remove(name)
    }

    fn own_family(&self, name: &str, kind: ProbeKind, help: &str) -> Result<Fed, RegisterError> {
        let family = MeasuredFamily::of_program(&self.shared.registry, name, kind.into(), help);
        family.map(|family| Fed::new(None, family)).map_err(RegisterError::Metric)
    }

    pub(super) fn register(
        &self,
        name: &str,
        options: ProbeOptions,
        probe: AnyProbe,
    ) -> Result<(), RegisterError> {
        let MonitorSettings { timeout, retries, jitter, .. } = self.shared.config;
        let interval = options.interval;
        let timeout = options.timeout.unwrap_or(timeout);
        if interval.is_zero() || timeout.is_zero() {
            return Err(RegisterError::Zero { name: name.to_owned() });
        }
        let job = Job {
            work: probe.work,
            pace: Pace { interval, jitter: options.jitter.unwrap_or(jitter) },
            patience: Patience { timeout, retries: options.retries.unwrap_or(retries) },
        };
        let mut recording =
            Recording::new(name.into(), Arc::downgrade(&self.shared), probe.families, probe.on_error);
        let task = job.run(self.shared.registry.clock().clone(), move |result| recording.take(result));
        match self.shared.jobs.add(name, task) {
            true => Ok(()),
            false => Err(RegisterError::Taken { name: name.to_owned() }),
        }
    }
}
