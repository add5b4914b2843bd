//! What all of these tests need.

use opentelemetry_sdk::trace::SpanData;
use telemetry::{TelemetryLayer, testing::TestTelemetry};
use telemetry_runtime as telemetry;
use tracing::{Dispatch, dispatcher};
use tracing_subscriber::layer::SubscriberExt;

/// A subscriber with nothing but the layer.
pub(crate) fn dispatch() -> Dispatch {
    Dispatch::new(tracing_subscriber::registry().with(TelemetryLayer::new()))
}

/// Runs `work` in telemetry of its own, with the layer; gives the spans.
pub(crate) fn recorded(work: impl FnOnce(&TestTelemetry)) -> TestTelemetry {
    let telemetry = TestTelemetry::new();
    dispatcher::with_default(&dispatch(), || work(&telemetry));
    telemetry
}

/// The one span of that name.
pub(crate) fn named(telemetry: &TestTelemetry, name: &str) -> SpanData {
    let spans = telemetry.spans();
    let mut found: Vec<&SpanData> = spans.iter().filter(|span| span.name == name).collect();
    assert_eq!(found.len(), 1, "{name}:\n{}", telemetry.tree());
    found.remove(0).clone()
}

/// An attribute as text; empty without it.
pub(crate) fn attribute(span: &SpanData, key: &str) -> String {
    let found = span.attributes.iter().find(|attribute| attribute.key.as_str() == key);
    found.map(|attribute| attribute.value.to_string()).unwrap_or_default()
}
