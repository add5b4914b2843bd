//! How well telemetry itself does.

use std::{collections::BTreeMap, fmt};

use crate::breaker::{BreakerCounts, BreakerState};

/// How well telemetry itself does.
///
/// Healthy is: installed and the background thread beating. Breakers of adapters stand in the details and change
/// nothing: they tell of what the program calls, not of telemetry.
///
/// ```
/// let report = telemetry_runtime::check_telemetry_health();
/// assert_eq!(report.status().as_str(), "degraded");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct HealthReport {
    status: HealthStatus,
    is_installed: bool,
    background: &'static str,
    breakers: BTreeMap<&'static str, BreakerState>,
    faults: u64,
}

/// The verdict of a [`HealthReport`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HealthStatus {
    /// Everything works.
    Healthy,
    /// Something is missing; the program is served all the same.
    Degraded,
    /// Telemetry does not work.
    Unhealthy,
}

impl HealthStatus {
    /// The status as the page writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Degraded => "degraded",
            Self::Unhealthy => "unhealthy",
        }
    }
}

impl fmt::Display for HealthStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The state of the background thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Background {
    #[cfg(feature = "axum")]
    Beating,
    /// Should run and does not.
    #[cfg(feature = "axum")]
    Dead,
    /// Was shut down, or is switched off.
    Stopped,
    #[cfg(not(feature = "axum"))]
    NotBuilt,
}

/// What a report is made of.
#[derive(Clone, Debug)]
pub(crate) struct Vitals {
    pub(crate) is_installed: bool,
    pub(crate) is_enabled: bool,
    pub(crate) background: Background,
    pub(crate) breakers: Vec<BreakerCounts>,
    pub(crate) faults: u64,
}

impl Vitals {
    pub(crate) fn not_installed(breakers: Vec<BreakerCounts>) -> Self {
        let faults = crate::fault::count();
        Self { is_installed: false, is_enabled: true, background: Background::Stopped, breakers, faults }
    }

    fn status(&self) -> HealthStatus {
        let is_switched_off = self.is_installed && !self.is_enabled;
        match self.background {
            #[cfg(feature = "axum")]
            Background::Dead => HealthStatus::Unhealthy,
            #[cfg(feature = "axum")]
            Background::Beating if self.is_installed => HealthStatus::Healthy,
            _ if is_switched_off => HealthStatus::Healthy,
            #[cfg(not(feature = "axum"))]
            Background::NotBuilt if self.is_installed => HealthStatus::Healthy,
            _ => HealthStatus::Degraded,
        }
    }
}

impl HealthReport {
    pub(crate) fn new(vitals: &Vitals) -> Self {
        Self {
            status: vitals.status(),
            is_installed: vitals.is_installed,
            background: match vitals.background {
                #[cfg(feature = "axum")]
                Background::Beating => "running",
                #[cfg(feature = "axum")]
                Background::Dead => "dead",
                Background::Stopped => "stopped",
                #[cfg(not(feature = "axum"))]
                Background::NotBuilt => "not built",
            },
            breakers: vitals.breakers.iter().map(|breaker| (breaker.name, breaker.state)).collect(),
            faults: vitals.faults,
        }
    }

    /// The verdict.
    #[must_use]
    pub fn status(&self) -> HealthStatus {
        self.status
    }

    /// The state of every adapter's breaker, by name.
    #[must_use]
    pub fn breakers(&self) -> &BTreeMap<&'static str, BreakerState> {
        &self.breakers
    }

    /// The page: no address, no host and no message is in it.
    #[cfg(feature = "axum")]
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        let breakers: BTreeMap<_, _> =
            self.breakers.iter().map(|(name, state)| (name, state.as_str())).collect();
        serde_json::json!({
            "status": self.status.as_str(),
            "details": {
                "circuit_breaker": "closed",
                "installed": self.is_installed,
                "background_thread": self.background,
                "breakers": breakers,
                "faults": self.faults,
            }
        })
    }
}

#[cfg(all(test, feature = "axum"))]
mod tests {
    use super::*;

    #[test]
    fn the_status_follows_installation_and_thread() {
        use Background::{Beating, Dead, Stopped};
        use HealthStatus::{Degraded, Healthy, Unhealthy};
        let cases = [
            (true, true, Beating, Healthy),
            (true, true, Dead, Unhealthy),
            (true, true, Stopped, Degraded),
            (true, false, Stopped, Healthy),
            (false, true, Beating, Degraded),
            (false, true, Stopped, Degraded),
        ];
        for (is_installed, is_enabled, background, expected) in cases {
            let vitals = Vitals { is_installed, is_enabled, background, breakers: Vec::new(), faults: 0 };
            assert_eq!(vitals.status(), expected, "{vitals:?}");
        }
    }
}
