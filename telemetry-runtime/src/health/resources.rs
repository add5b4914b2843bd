//! Checks of what every program needs: space, memory, files.

use std::sync::Arc;

use super::{HealthCheck, HealthChecks, HealthStatus};
use crate::{
    fault::{self, Fault},
    periodic::Work,
    process,
    settings::ThresholdSettings,
    system::{DiskUsage, MemoryUsage},
};

/// Adds a check of each resource; disks are those of the paths.
pub(crate) fn add_resources(checks: &HealthChecks, disk_paths: &[String]) {
    let config = checks.config();
    // One for each: a file system that hangs is no reason not to look at the others.
    for path in disk_paths {
        let name = format!("disk:{path}");
        let path = path.clone();
        add(checks, &name, &config.disk, move || Ok(DiskUsage::read(&path)?.used_percent()));
    }
    add(checks, "memory", &config.memory, || Ok(MemoryUsage::read()?.used_percent()));
    // Where there is no limit, none is reached.
    add(checks, "fds", &config.fds, || Ok(process::open_files_percent().unwrap_or_default()));
}

type Percent = Result<f64, Box<dyn std::error::Error + Send + Sync>>;

fn add(
    checks: &HealthChecks,
    name: &str,
    thresholds: &ThresholdSettings,
    percent: impl Fn() -> Percent + Send + Sync + 'static,
) {
    let thresholds = thresholds.clone();
    let work = Work::Blocking(Arc::new(move || percent().map(|percent| judge(&thresholds, percent))));
    // A resource that cannot be measured is not known to be short.
    let check = HealthCheck::of(work).on_failure(HealthStatus::Degraded);
    if let Err(error) = checks.register(name, check) {
        fault::report(&Fault::new("health", format!("check `{name}` is left out: {error}")));
    }
}

fn judge(thresholds: &ThresholdSettings, percent: f64) -> HealthStatus {
    match thresholds.unhealthy {
        Some(unhealthy) if percent > unhealthy => HealthStatus::Unhealthy,
        _ if percent > thresholds.degraded => HealthStatus::Degraded,
        _ => HealthStatus::Healthy,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_above_a_threshold_counts() {
        use HealthStatus::{Degraded, Healthy, Unhealthy};
        let mut thresholds = ThresholdSettings { degraded: 80.0, unhealthy: None };
        let judged =
            |thresholds: &ThresholdSettings| [0.0, 80.0, 80.1, 90.0, 100.0].map(|p| judge(thresholds, p));
        assert_eq!(judged(&thresholds), [Healthy, Healthy, Degraded, Degraded, Degraded]);
        thresholds.unhealthy = Some(90.0);
        assert_eq!(judged(&thresholds), [Healthy, Healthy, Degraded, Degraded, Unhealthy]);
        let never = ThresholdSettings { degraded: 100.0, unhealthy: None };
        assert_eq!(judged(&never), [Healthy; 5]);
    }
}
