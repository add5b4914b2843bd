//! What other programs are configured with, made out of what this one has.

use super::Telemetry;
use crate::catalog::Catalog;
#[cfg(feature = "monitor")]
use crate::monitor::PerformanceMonitor;

impl Telemetry {
    /// A dashboard for Grafana, as JSON to be imported.
    ///
    /// An overview, then a row for each provider, for breakers, HTTP, the system, the process and telemetry itself. It is
    /// served at `/telemetry/grafana.json` too.
    ///
    /// ```
    /// use telemetry_runtime::Telemetry;
    ///
    /// let dashboard = Telemetry::builder().service_name("shop").build()?.grafana_dashboard();
    /// assert!(dashboard.contains("Request Duration p95"));
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    #[must_use]
    pub fn grafana_dashboard(&self) -> String {
        self.read_catalog().dashboard()
    }

    /// Recording and alert rules for Prometheus, as a YAML file.
    ///
    /// `HighErrorRate`, `HighLatency` and `LowSuccessRate` by provider, and how fast each `slo(..)` uses up its budget.
    /// They are served at `/telemetry/rules.yml` too.
    ///
    /// ```
    /// use telemetry_runtime::Telemetry;
    ///
    /// let rules = Telemetry::builder().build()?.prometheus_rules();
    /// assert!(rules.contains("alert: HighErrorRate"));
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    #[must_use]
    pub fn prometheus_rules(&self) -> String {
        self.read_catalog().rules()
    }

    fn read_catalog(&self) -> Catalog {
        let catalog = Catalog::new(self.service_name(), self.catalog(), &self.snapshot());
        #[cfg(feature = "monitor")]
        if self.monitor().is_some_and(PerformanceMonitor::measures_machine) {
            return catalog.with_machine();
        }
        catalog
    }
}
