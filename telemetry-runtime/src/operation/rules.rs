//! What an attribute asks of one operation alone: sampling, the level of its records, an objective.

use std::time::Duration;

/// Low bits of a trace id that sampling looks at: the random ones of the W3C's second level.
pub(crate) const RANDOM_BITS: u64 = (1 << 56) - 1;

/// Which of the traces that begin with an operation are recorded.
///
/// A sampler of the program is not asked about them: it decides on what is below a recorded root, and a trace that is
/// not recorded stays so. Nor do ratio and rules of the settings decide on them, but their rate limit holds here too.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sample {
    /// All.
    Always,
    /// None; nor has the operation a span in traces of others.
    Never,
    /// This share of them, 0 to 1: those whose random bits are below a threshold.
    Share {
        /// As it was written.
        ratio: f64,
        /// As it is compared.
        below: u64,
    },
}

impl Sample {
    /// Whether a trace with these random bits is recorded.
    pub(crate) const fn chooses(self, random: u64) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Share { below, .. } => random & RANDOM_BITS < below,
        }
    }

    /// This share of them, 0 to 1.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the attribute has checked the range"
    )]
    pub const fn ratio(ratio: f64) -> Self {
        Self::Share { ratio, below: (ratio * (RANDOM_BITS + 1) as f64) as u64 }
    }
}

/// How loud the record of an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Level {
    /// For people who are woken up.
    #[default]
    Error,
    /// For people who look in the morning.
    Warn,
    /// Part of normal work.
    Info,
    /// For those who look for it.
    Debug,
    /// For those who look for everything.
    Trace,
}

impl Level {
    /// The same level of `tracing`.
    #[inline(always)]
    pub(crate) const fn official(self) -> tracing::Level {
        match self {
            Self::Error => tracing::Level::ERROR,
            Self::Warn => tracing::Level::WARN,
            Self::Info => tracing::Level::INFO,
            Self::Debug => tracing::Level::DEBUG,
            Self::Trace => tracing::Level::TRACE,
        }
    }
}

/// What the calls of an operation are expected to reach.
///
/// The attributes' key `slo` states one.
///
/// ```
/// use telemetry_runtime::{self as telemetry, Slo, Telemetry};
///
/// #[telemetry::measure("orders", slo(latency = "250ms", target = 99.9))]
/// fn load() {}
///
/// load();
/// let telemetry = Telemetry::builder().build()?;
/// let slo: Slo = telemetry.catalog().iter().find_map(|operation| operation.slo()).expect("stated");
/// assert_eq!((slo.latency().as_millis(), slo.target()), (250, 99.9));
/// # Ok::<(), telemetry_runtime::SetupError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slo {
    nanos: u64,
    target: f64,
}

impl Slo {
    pub(super) const fn new(nanos: u64, target: f64) -> Self {
        Self { nanos, target }
    }

    /// The time that a good call takes at the most.
    #[must_use]
    pub const fn latency(&self) -> Duration {
        Duration::from_nanos(self.nanos)
    }

    /// The percentage of calls that have to be good: to succeed within the latency.
    #[must_use]
    pub const fn target(&self) -> f64 {
        self.target
    }
}
