use std::collections::BTreeMap;
use std::time::Duration;

use super::LogLevel;
use crate::settings::check;
use crate::settings::item::Item;
use crate::settings::node::Node;
use crate::settings::problems::Problems;
use crate::settings::table::section;

section! {
    /// Spans: which are kept, and how they travel.
    pub struct TracingSettings {
        /// Whether spans are recorded. Defaults to true.
        pub enabled: bool = true;
        /// Which traces are recorded.
        pub sampler: SamplerSettings = SamplerSettings::default();
        /// The queue in front of each exporter.
        pub batch: BatchSettings = BatchSettings::default();
        /// How much one span may hold.
        pub limits: SpanLimitSettings = SpanLimitSettings::default();
        /// Spans and events of crates that know only `tracing`.
        pub layer: TracingLayerSettings = TracingLayerSettings::default();
        /// Spans of libraries that use the official `opentelemetry` API.
        pub opentelemetry: OtelApiSettings = OtelApiSettings::default();
    }
}

section! {
    /// Spans of libraries that use the official `opentelemetry` API.
    ///
    /// They are a part of the feature `otel-api`, and take effect when telemetry is installed.
    pub struct OtelApiSettings {
        /// Whether they get their spans from us. Defaults to true.
        pub provider: bool = true;
        /// Whether their propagator writes what is current here. Defaults to true.
        pub propagator: bool = true;
        /// Whether the contexts that they attach are parents of calls. Defaults to true.
        pub parents: bool = true;
    }
}

section! {
    /// Spans and events of crates that know only `tracing`.
    ///
    /// They come through `Telemetry::tracing_layer`, a part of the feature `tracing-layer`.
    pub struct TracingLayerSettings {
        /// Whether any are taken. Defaults to true.
        pub enabled: bool = true;
        /// The least severe level that is taken. Defaults to info.
        pub level: LogLevel = LogLevel::Info;
        /// Levels of their own for some targets and everything below them, such as `hyper: debug`. Defaults to none.
        pub targets: BTreeMap<String, LogLevel> = BTreeMap::new();
    }
}

section! {
    /// Which traces are recorded, beside `telemetry.sampling_ratio`.
    pub struct SamplerSettings {
        /// Ratios of their own for some services, providers, operations or routes; the first that
        /// matches decides. Defaults to none.
        pub rules: Vec<SamplerRule> = Vec::new();
        /// At most this many new traces a second. Defaults to no limit.
        pub rate_limit: Option<f64> = None, check::positive;
        /// Traces to keep although the ratio does not choose them.
        pub keep: KeepSettings = KeepSettings::default();
        /// Whether a caller's decision wins over the ratio. Defaults to true.
        ///
        /// `OTEL_TRACES_SAMPLER` without the prefix `parentbased_` switches it off.
        pub parent_based: bool = true;
    }
}

section! {
    /// Traces to keep although the ratio does not choose them.
    pub struct KeepSettings {
        /// Keeps traces with an error. Defaults to false.
        pub errors: bool = false;
        /// Keeps traces that take longer. Defaults to none.
        pub slower_than: Option<Duration> = None, check::positive;
    }
}

section! {
    /// A sampling ratio for a part of the traffic.
    ///
    /// At least one of the four names is given; all that are given must match.
    pub struct SamplerRule {
        /// The name of the service.
        pub service: Option<String> = None;
        /// The provider label of an operation.
        pub provider: Option<String> = None;
        /// The operation label of an operation.
        pub operation: Option<String> = None;
        /// The route template of a request.
        pub route: Option<String> = None;
        /// The share that is recorded, 0 to 1. Required.
        pub ratio: f64 = 1.0, check::ratio;
    }
}

impl Item for SamplerRule {
    const REQUIRED: &'static [(&'static str, &'static str)] = &[("ratio", "a number from 0 to 1")];

    fn verify(&self, node: &Node, at: &str, problems: &mut Problems) {
        let names = ["service", "provider", "operation", "route"];
        if names.iter().all(|name| node.get(name).is_none_or(Node::is_empty)) {
            problems.missing(at, &node.source, "at least one of service, provider, operation, route");
        }
    }
}

section! {
    /// The queue in front of each exporter.
    pub struct BatchSettings {
        /// Spans that a queue holds. Defaults to 2048; `OTEL_BSP_MAX_QUEUE_SIZE`.
        pub max_queue_size: usize = 2048, check::positive;
        /// Spans sent at once, at most the queue's size. Defaults to 512;
        /// `OTEL_BSP_MAX_EXPORT_BATCH_SIZE`.
        pub batch_size: usize = 512, check::positive;
        /// The longest that a span waits for its batch. Defaults to 5 s; `OTEL_BSP_SCHEDULE_DELAY`.
        pub flush_interval: Duration = Duration::from_secs(5), check::positive;
        /// The longest that one export may take. Defaults to 30 s; `OTEL_BSP_EXPORT_TIMEOUT`.
        pub export_timeout: Duration = Duration::from_secs(30), check::positive;
    }
}

section! {
    /// How much one span may hold.
    ///
    /// What is beyond is left out and counted, at the span and in `telemetry_span_parts_dropped_total`.
    pub struct SpanLimitSettings {
        /// Attributes of a span. Defaults to 128; `OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT`, else
        /// `OTEL_ATTRIBUTE_COUNT_LIMIT`.
        pub attribute_count: usize = 128;
        /// Events of a span. Defaults to 128; `OTEL_SPAN_EVENT_COUNT_LIMIT`.
        pub event_count: usize = 128;
        /// Links of a span. Defaults to 128; `OTEL_SPAN_LINK_COUNT_LIMIT`.
        pub link_count: usize = 128;
        /// Attributes of an event. Defaults to 128; `OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT`.
        pub event_attribute_count: usize = 128;
        /// Attributes of a link. Defaults to 128; `OTEL_LINK_ATTRIBUTE_COUNT_LIMIT`.
        pub link_attribute_count: usize = 128;
        /// The longest text of an attribute, in characters; longer ones are cut. Defaults to none,
        /// where 16 KiB are the most; `OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT`, else
        /// `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT`.
        pub attribute_value_length: Option<usize> = None;
    }
}
