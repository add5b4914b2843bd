//! References that are generated, and stale if they are not what the code says: `.ci/references` writes them again.

#[path = "references/agreement.rs"]
mod agreement;
#[path = "references/configuration.rs"]
mod configuration;
#[path = "references/examples.rs"]
mod examples;
#[path = "references/metrics.rs"]
mod metrics;
#[path = "references/schema.rs"]
mod schema;
