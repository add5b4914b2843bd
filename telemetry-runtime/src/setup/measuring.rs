//! The monitor, as set-up decides on it.

use std::sync::Arc;

use super::{Plan, background::Work};
use crate::{metrics::MetricRegistry, monitor::PerformanceMonitor};

/// What measures in the background; nothing while telemetry is off.
#[derive(Debug, Default)]
pub(super) struct Measuring {
    pub(super) monitor: Option<PerformanceMonitor>,
}

impl Measuring {
    /// What the plan wants.
    pub(super) fn of_plan(plan: &Plan, registry: &Arc<MetricRegistry>) -> Self {
        let monitor = plan.monitor.as_ref().map(|config| PerformanceMonitor::new(registry, config));
        if let Some(monitor) = &monitor {
            monitor.add_built_in();
        }
        Self { monitor }
    }

    /// What the background thread does for it.
    pub(super) fn work(&self) -> Vec<Work> {
        let monitor = self.monitor.clone().map(|monitor| Box::pin(monitor.start()) as Work);
        monitor.into_iter().collect()
    }
}
