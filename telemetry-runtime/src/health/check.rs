//! What a check of health is.

use std::{error::Error, fmt, sync::Arc, time::Duration};

use super::HealthStatus;
use crate::periodic::Work;

/// What a health check finds.
///
/// ```
/// use telemetry_runtime::{Checked, HealthStatus};
///
/// fn licence() -> Checked {
///     let days: u32 = "12".parse()?;
///     Ok(if days > 7 { HealthStatus::Healthy } else { HealthStatus::Degraded })
/// }
/// assert_eq!(licence().expect("a number"), HealthStatus::Healthy);
/// ```
pub type Checked = Result<HealthStatus, Box<dyn Error + Send + Sync>>;

/// What a check decides about beside the health of the whole.
///
/// ```
/// assert_eq!(telemetry_runtime::CheckKind::Readiness.as_str(), "readiness");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CheckKind {
    /// Whether the program should be started anew: `/health/telemetry/live`.
    Liveness,
    /// Whether the program should get requests now: `/health/telemetry/ready`.
    Readiness,
}

impl CheckKind {
    /// The kind as the page writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Liveness => "liveness",
            Self::Readiness => "readiness",
        }
    }
}

/// Looks at a part of the program now and then, and says how healthy it is.
///
/// A closure that gives [`Checked`] is a check of readiness. It is called on a thread where it may block, and never on
/// two threads at once. [`HealthCheck::future`] makes one of what waits instead. An error, a panic, and taking too long
/// are unhealthy, see [`HealthCheck::on_failure`].
///
/// ```
/// use std::time::Duration;
/// use telemetry_runtime::{HealthCheck, HealthStatus, Telemetry};
///
/// let telemetry = Telemetry::builder().build()?;
/// telemetry.register_health_check("queue", || {
///     let waiting = 3;
///     Ok(if waiting < 1000 { HealthStatus::Healthy } else { HealthStatus::Degraded })
/// })?;
/// let heartbeat = HealthCheck::future(|| async { Ok(HealthStatus::Healthy) });
/// telemetry.register_health_check("heartbeat", heartbeat.liveness().timeout(Duration::from_secs(1)))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "a check does nothing until it is registered"]
pub struct HealthCheck {
    pub(super) work: Work<HealthStatus>,
    pub(super) kind: CheckKind,
    pub(super) interval: Option<Duration>,
    pub(super) timeout: Option<Duration>,
    pub(super) on_failure: HealthStatus,
}

impl HealthCheck {
    /// A check of readiness that may block.
    pub fn new(check: impl Fn() -> Checked + Send + Sync + 'static) -> Self {
        Self::of(Work::Blocking(Arc::new(check)))
    }

    /// A check of readiness that waits instead of blocking.
    ///
    /// Its future runs on telemetry's own thread, so it must not block; it is dropped when it takes too long.
    pub fn future<F>(check: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Checked> + Send + 'static,
    {
        Self::of(Work::Async(Box::new(move || Box::pin(check()))))
    }

    pub(super) fn of(work: Work<HealthStatus>) -> Self {
        Self {
            work,
            kind: CheckKind::Readiness,
            interval: None,
            timeout: None,
            on_failure: HealthStatus::Unhealthy,
        }
    }

    /// Lets it decide whether the program should be started anew, not whether it should get requests.
    pub fn liveness(mut self) -> Self {
        self.kind = CheckKind::Liveness;
        self
    }

    /// The time between two runs. Defaults to the setting `health.interval`, 10 s.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = Some(interval);
        self
    }

    /// The longest that a run may take. Defaults to the setting `health.timeout`, 5 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// What an error, a panic or taking too long comes to. Defaults to unhealthy.
    pub fn on_failure(mut self, status: HealthStatus) -> Self {
        self.on_failure = status;
        self
    }
}

impl<F: Fn() -> Checked + Send + Sync + 'static> From<F> for HealthCheck {
    fn from(check: F) -> Self {
        Self::new(check)
    }
}

impl fmt::Debug for HealthCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HealthCheck").field("kind", &self.kind).finish_non_exhaustive()
    }
}
