//! What an attribute knows of a function before its keys: names, place, kind and signals.

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
pub(crate) struct Signals(pub(super) u32);

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

/// The names of an operation, and where its function stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Site {
    /// Empty for the first segment of `module`.
    pub(super) provider: &'static str,
    pub(super) owner: &'static str,
    pub(super) name: &'static str,
    pub(super) module: &'static str,
    pub(super) file: &'static str,
    pub(super) line: u32,
}

impl Site {
    /// Of an operation that no attribute has.
    pub(crate) const fn at_run_time(provider: &'static str, name: &'static str) -> Self {
        Self { provider, owner: "", name, module: "", file: "", line: 0 }
    }

    pub(super) fn provider(&self) -> &'static str {
        if self.provider.is_empty() {
            self.module.split("::").next().unwrap_or(self.module)
        } else {
            self.provider
        }
    }
}
