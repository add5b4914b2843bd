//! What the keys of an attribute say, as constants.

use super::{Kind, Level, Sample, Slo, label_sets::LabelSet};
use crate::{breaker::Protection, cells::Bounds};

/// What the keys of an attribute say.
///
/// Apart from the operation, which refers to it: the compiler looks at each field of each static, and most functions
/// are annotated without keys.
#[derive(Clone, Copy, Debug)]
pub struct Keys {
    pub(crate) kind: Kind,
    /// Nanoseconds; `None` follows the setting, zero is never.
    pub(crate) slow: Option<u64>,
    pub(crate) messages: bool,
    pub(crate) breaker: Option<Protection>,
    pub(crate) buckets: Option<Bounds>,
    pub(crate) slo: Option<Slo>,
    pub(crate) sample: Option<Sample>,
    /// Of error records.
    pub(crate) level: Level,
    /// Names of the labels whose values each call brings along.
    pub(crate) labels: &'static [&'static str],
    /// Names of the fields that each recorded call has values for.
    pub(crate) fields: &'static [&'static str],
    pub(crate) has_fallback: bool,
    /// Of an operation that counts the calls with these values only.
    pub(crate) label_set: Option<LabelSet>,
}

impl Default for Keys {
    fn default() -> Self {
        Self::new()
    }
}

impl Keys {
    /// Those of an attribute without any.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            kind: Kind::Internal,
            slow: None,
            messages: true,
            breaker: None,
            buckets: None,
            slo: None,
            sample: None,
            level: Level::Error,
            labels: &[],
            fields: &[],
            has_fallback: false,
            label_set: None,
        }
    }

    /// Sets the span kind.
    #[must_use]
    pub const fn kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// Calls that take at least this long are told of; zero is never.
    #[must_use]
    pub const fn slow(mut self, nanos: u64) -> Self {
        self.slow = Some(nanos);
        self
    }

    /// Keeps error messages out of every signal.
    #[must_use]
    pub const fn messages_off(mut self) -> Self {
        self.messages = false;
        self
    }

    /// Protects the operation.
    #[must_use]
    pub const fn breaker(mut self, protection: Protection) -> Self {
        self.breaker = Some(protection);
        self
    }

    /// Sets the bounds of the histogram, in seconds and increasing.
    #[must_use]
    pub const fn buckets(mut self, seconds: &'static [f64]) -> Self {
        self.buckets = Some(seconds);
        self
    }

    /// States what its calls are expected to reach, in nanoseconds and percent.
    #[must_use]
    pub const fn slo(mut self, nanos: u64, target: f64) -> Self {
        self.slo = Some(Slo::new(nanos, target));
        self
    }

    /// Gives it a sampling rule of its own.
    #[must_use]
    pub const fn sample(mut self, sample: Sample) -> Self {
        self.sample = Some(sample);
        self
    }

    /// Sets the level of error records.
    #[must_use]
    pub const fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// Names the labels that each call has values for.
    #[must_use]
    pub const fn labels(mut self, names: &'static [&'static str]) -> Self {
        self.labels = names;
        self
    }

    /// Names the fields that each recorded call has values for.
    #[must_use]
    pub const fn fields(mut self, names: &'static [&'static str]) -> Self {
        self.fields = names;
        self
    }

    /// Counts fallbacks.
    #[must_use]
    pub const fn fallback(mut self) -> Self {
        self.has_fallback = true;
        self
    }
}
