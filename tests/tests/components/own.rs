//! Telemetry of this program itself, for tests of what its own code counts.

use std::sync::OnceLock;

use telemetry_runtime::{Settings, Telemetry, testing::InMemorySpans};

/// The installed one, the same for all tests; with a default label that must be escaped.
pub(crate) fn telemetry() -> &'static Telemetry {
    static OWN: OnceLock<Telemetry> = OnceLock::new();
    OWN.get_or_init(|| {
        let yaml = "metrics: { default_labels: { zone: \"a\\\"b\\n\" } }\nexporters: []";
        let settings = Settings::from_yaml_str(yaml).expect("legal");
        // Spans are made where they have a way out.
        let builder = Telemetry::builder().settings(settings).in_memory(&InMemorySpans::new());
        builder.on_fault(|_| {}).install().expect("the first one")
    })
}
