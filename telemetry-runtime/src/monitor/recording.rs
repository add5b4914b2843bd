//! From what a probe has read to metrics and history.

use std::{
    collections::HashMap,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::task::spawn_blocking;

use super::{ProbeError, Readings, Shared, readings::Reading};
use crate::{
    fault::{self, Fault},
    metrics::{Labels, MeasuredFamily, system_families::SystemFamily},
    periodic::Trouble,
};

/// Who wants to know of runs that failed.
pub(super) type OnError = Arc<dyn Fn(&ProbeError) + Send + Sync>;

/// Brings what one probe has read into metrics and history.
pub(super) struct Recording {
    probe: Arc<str>,
    monitor: Weak<Shared>,
    families: Vec<Fed>,
    on_error: OnError,
    /// Whoever was told of the last failure is still at it.
    is_telling: Arc<AtomicBool>,
    is_failing: bool,
}

/// A family and the series that the probe feeds in it.
pub(super) struct Fed {
    /// None is the probe's own.
    of: Option<&'static SystemFamily>,
    family: MeasuredFamily,
    series: HashMap<Labels, Total>,
}

impl Fed {
    pub(super) fn new(of: Option<&'static SystemFamily>, family: MeasuredFamily) -> Self {
        Self { of, family, series: HashMap::new() }
    }
}

/// A counter that may begin anew, as that of an interface that was down.
#[derive(Clone, Copy, Debug, Default)]
struct Total {
    before: f64,
    last: f64,
}

impl Total {
    fn of(self, value: f64) -> Self {
        let before = if value < self.last { self.before + self.last } else { self.before };
        Self { before, last: value }
    }

    fn sum(self) -> f64 {
        self.before + self.last
    }
}

impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recording").field("probe", &self.probe).finish_non_exhaustive()
    }
}

impl Recording {
    pub(super) fn new(probe: Arc<str>, monitor: Weak<Shared>, families: Vec<Fed>, on_error: OnError) -> Self {
        let is_telling = Arc::default();
        Self { probe, monitor, families, on_error, is_telling, is_failing: false }
    }

    /// Takes what came out of a run.
    pub(super) fn take(&mut self, result: Result<Readings, Trouble>) {
        let Some(monitor) = self.monitor.upgrade() else { return };
        let error = match result {
            Ok(readings) => self.record(&monitor, readings),
            Err(trouble) => {
                self.families.iter_mut().for_each(Fed::leave_out);
                Some(ProbeError::of(&self.probe, &trouble))
            }
        };
        match error {
            Some(error) => self.fail(&monitor, error),
            None => self.is_failing = false,
        }
    }

    /// Gives the first value that no metric takes; the others are recorded all the same.
    fn record(&mut self, monitor: &Shared, Readings(readings): Readings) -> Option<ProbeError> {
        let mut invalid = None;
        for fed in &mut self.families {
            let own = readings.iter().filter(|reading| reading.family == fed.of);
            let mut series = HashMap::new();
            let mut kept = Vec::new();
            for reading in own {
                match fed.write(reading, &mut series) {
                    Ok(sample) => kept.push(sample),
                    Err(message) => drop(invalid.get_or_insert(ProbeError::invalid(&self.probe, message))),
                }
            }
            let before = std::mem::replace(&mut fed.series, series);
            let gone = before.keys().filter(|labels| !fed.series.contains_key(labels));
            gone.for_each(|labels| fed.family.forget(labels));
            monitor.keep(fed.family.name(), kept);
        }
        invalid
    }

    /// Counts a failure, tells of the first in a row, and calls who wants to know of each.
    fn fail(&mut self, monitor: &Shared, error: ProbeError) {
        monitor.count(&error);
        if !std::mem::replace(&mut self.is_failing, true) {
            let message = format!("{error}; it is tried again and told of once it has worked in between");
            fault::report(&Fault::new("monitor", message));
        }
        // Somebody who hangs costs one thread and not one for each failure.
        if self.is_telling.swap(true, Ordering::AcqRel) {
            return;
        }
        let hooks = [Some(Arc::clone(&self.on_error)), monitor.on_error()];
        let is_telling = Arc::clone(&self.is_telling);
        spawn_blocking(move || {
            for hook in hooks.into_iter().flatten() {
                if catch_unwind(AssertUnwindSafe(|| hook(&error))).is_err() {
                    let probe = error.probe();
                    fault::report(&Fault::new("monitor", format!("`on_error` of probe `{probe}` panicked")));
                }
            }
            is_telling.store(false, Ordering::Release);
        });
    }
}

impl Drop for Recording {
    /// A probe that was let go measures nothing any more; at the end of telemetry its last values stay.
    fn drop(&mut self) {
        if self.monitor.upgrade().is_some_and(|monitor| !monitor.jobs.has(&self.probe)) {
            self.families.iter_mut().for_each(Fed::leave_out);
        }
    }
}

impl Fed {
    fn write(&self, reading: &Reading, series: &mut HashMap<Labels, Total>) -> Result<(Labels, f64), String> {
        let Reading { labels, value, .. } = reading;
        let is_counter = self.family.is_counter();
        if !value.is_finite() || (is_counter && *value < 0.0) {
            let allowed = if is_counter {
                "a counter takes finite numbers from 0"
            } else {
                "a gauge takes finite numbers"
            };
            return Err(format!("the value is {value}; {allowed}"));
        }
        let labels: Vec<(&str, &str)> = labels.iter().map(|(name, value)| (&**name, &**value)).collect();
        let written = self.family.write(&labels, |labels| {
            let total = self.series.get(labels).copied().unwrap_or_default().of(*value);
            if is_counter { total.sum() } else { *value }
        });
        let (labels, written) = written.map_err(|error| error.to_string())?;
        let total = self.series.get(&labels).copied().unwrap_or_default().of(*value);
        series.insert(labels.clone(), total);
        Ok((labels, written))
    }

    /// What cannot be measured any more is not shown as if it were; what was counted stays true.
    fn leave_out(&mut self) {
        if !self.family.is_counter() {
            self.series.drain().for_each(|(labels, _)| self.family.forget(&labels));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_that_begins_anew_goes_on() {
        let mut total = Total::default();
        let sums: Vec<f64> = [100.0, 150.0, 30.0, 40.0, 0.0, 5.0]
            .into_iter()
            .map(|value| {
                total = total.of(value);
                total.sum()
            })
            .collect();
        assert_eq!(sums, [100.0, 150.0, 180.0, 190.0, 190.0, 195.0]);
    }
}
