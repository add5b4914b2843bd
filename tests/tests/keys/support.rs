//! What the keys have in common: reading spans, an error of several kinds.

use opentelemetry_sdk::trace::SpanData;
use telemetry_runtime::{BreakerOpen, testing::TestTelemetry};

#[derive(Clone, Debug, PartialEq, Eq, telemetry_runtime::ErrorType)]
pub(crate) enum Fault {
    Down,
    NotFound,
    Open,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the feed is {self:?}")
    }
}

impl From<BreakerOpen> for Fault {
    fn from(_: BreakerOpen) -> Self {
        Self::Open
    }
}

/// The only span of this name.
pub(crate) fn span(telemetry: &TestTelemetry, name: &str) -> SpanData {
    let mut spans: Vec<SpanData> = telemetry.spans().into_iter().filter(|span| span.name == name).collect();
    assert_eq!(spans.len(), 1, "spans {name} in\n{}", telemetry.tree());
    spans.remove(0)
}

/// An attribute of the only span of this name.
pub(crate) fn attribute(telemetry: &TestTelemetry, name: &str, key: &str) -> Option<String> {
    let span = span(telemetry, name);
    span.attributes.iter().find(|kv| kv.key.as_str() == key).map(|kv| kv.value.to_string())
}
