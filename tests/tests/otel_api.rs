//! Libraries that use the official `opentelemetry` API: in the same trees, both ways. A process of its own, because what
//! the API finds is global.

#[path = "otel_api/propagation.rs"]
mod propagation;
#[path = "otel_api/trees.rs"]
mod trees;

use std::sync::Once;

use opentelemetry_sdk::trace::SpanData;
use telemetry::{Settings, Telemetry, testing::TestTelemetry};
use telemetry_runtime as telemetry;

/// Telemetry of one test, in a process where ours is installed.
fn in_a_test() -> TestTelemetry {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let settings = Settings::from_yaml_str("exporters: []\nlogs: { enabled: false }").expect("legal");
        Telemetry::builder().settings(settings).install().expect("the first");
    });
    TestTelemetry::new()
}

/// The one span of that name.
fn named(telemetry: &TestTelemetry, name: &str) -> SpanData {
    let spans = telemetry.spans();
    let found: Vec<&SpanData> = spans.iter().filter(|span| span.name == name).collect();
    assert_eq!(found.len(), 1, "{name}:\n{}", telemetry.tree());
    found[0].clone()
}
