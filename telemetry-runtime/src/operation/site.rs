//! What an attribute knows of a function, as constants.

use super::{Level, Sample, Slo};
use crate::{breaker::Protection, cells::Bounds};

/// The OpenTelemetry kind of an operation's spans.
///
/// ```
/// use telemetry_runtime::{Kind, Operation, span};
///
/// let sent = span("orders publish").kind(Kind::Producer).start();
/// drop(sent);
/// assert_eq!(Operation::new("doc", "kind").kind(), Kind::Internal);
/// assert_eq!(Kind::Client.as_str(), "client");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Kind {
    /// Calls another service; adapters are of this kind.
    Client,
    /// Answers another service.
    Server,
    /// Stays inside the program; functions are of this kind.
    #[default]
    Internal,
    /// Sends a message.
    Producer,
    /// Handles a message.
    Consumer,
}

impl Kind {
    #[cfg(feature = "_background")]
    const ALL: [Self; 5] = [Self::Client, Self::Server, Self::Internal, Self::Producer, Self::Consumer];

    /// The kind that `kind as u8` came from.
    #[cfg(feature = "_background")]
    pub(crate) fn from_number(number: u8) -> Self {
        Self::ALL.into_iter().find(|kind| *kind as u8 == number).unwrap_or_default()
    }

    /// The kind as OpenTelemetry writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
            Self::Internal => "internal",
            Self::Producer => "producer",
            Self::Consumer => "consumer",
        }
    }
}

impl From<Kind> for opentelemetry::trace::SpanKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Client => Self::Client,
            Kind::Server => Self::Server,
            Kind::Internal => Self::Internal,
            Kind::Producer => Self::Producer,
            Kind::Consumer => Self::Consumer,
        }
    }
}

/// Which signals an attribute asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Signals(u32);

impl Signals {
    /// A span of its own.
    pub(crate) const SPAN: u32 = 1;
    /// `adapter_requests_total`.
    pub(crate) const REQUESTS: u32 = 2;
    /// `adapter_request_duration_seconds`, `adapter_active_requests` and slow records.
    pub(crate) const DURATION: u32 = 4;
    /// `adapter_errors_total` and error records.
    pub(crate) const ERRORS: u32 = 8;
    /// All of them.
    pub(crate) const ALL: u32 = 15;
    /// A span of its own if the operation's rule wants one, in the place of [`Self::SPAN`].
    ///
    /// A signal apart, so that operations without a rule need not look for one.
    pub(crate) const SPAN_BY_RULE: u32 = 16;

    pub(crate) const fn new(bits: u32) -> Self {
        Self(bits)
    }

    /// The signals of a site that has a sampling rule.
    pub(crate) const fn by_rule(self) -> Self {
        if self.has(Self::SPAN) { Self(self.0 & !Self::SPAN | Self::SPAN_BY_RULE) } else { self }
    }

    /// Whether it asks for this one, or for any of several.
    pub(crate) const fn has(self, signal: u32) -> bool {
        self.0 & signal != 0
    }

    /// The words of those that are asked for.
    #[cfg(feature = "axum")]
    pub(crate) fn names(self) -> Vec<&'static str> {
        let all = [
            (Self::SPAN | Self::SPAN_BY_RULE, "span"),
            (Self::REQUESTS, "requests"),
            (Self::DURATION, "duration"),
            (Self::ERRORS, "errors"),
        ];
        all.into_iter().filter(|(signal, _)| self.has(*signal)).map(|(_, name)| name).collect()
    }
}

/// What an attribute knows of a function, as constants.
#[derive(Clone, Copy, Debug)]
pub struct Site {
    pub(crate) provider: &'static str,
    pub(crate) owner: &'static str,
    pub(crate) name: &'static str,
    pub(crate) module: &'static str,
    pub(crate) file: &'static str,
    pub(crate) line: u32,
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
}

impl Site {
    /// An empty `provider` stands for the first segment of `module`.
    #[must_use]
    pub const fn new(
        provider: &'static str,
        owner: &'static str,
        name: &'static str,
        module: &'static str,
        file: &'static str,
        line: u32,
    ) -> Self {
        Self {
            provider,
            owner,
            name,
            module,
            file,
            line,
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

    /// The provider's label.
    pub(crate) fn provider(&self) -> &'static str {
        if self.provider.is_empty() {
            self.module.split("::").next().unwrap_or(self.module)
        } else {
            self.provider
        }
    }
}
