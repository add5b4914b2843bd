use std::collections::BTreeMap;
use std::time::Duration;

use super::LogLevel;
use crate::settings::ByteSize;
use crate::settings::check;
use crate::settings::item::Item;
use crate::settings::node::Node;
use crate::settings::problems::Problems;
use crate::settings::table::section;
use crate::trace::{ParentSampler, SamplingRule};

section! {
    /// Spans: which are kept, and how they travel.
    ///
    /// ```
    /// let settings = telemetry_runtime::Settings::from_yaml_str("tracing: { enabled: false }")?;
    /// assert!(!settings.tracing.enabled);
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
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
        pub otel_api: OtelApiSettings = OtelApiSettings::default();
    }
}

section! {
    /// Spans of libraries that use the official `opentelemetry` API.
    ///
    /// They are a part of the feature `otel-api`, and take effect when telemetry is installed.
    ///
    /// ```
    /// let yaml = "tracing: { otel_api: { parents: false } }";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// assert!(settings.tracing.otel_api.provider && !settings.tracing.otel_api.parents);
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
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
    ///
    /// ```
    /// let yaml = "tracing: { layer: { level: warn, targets: { hyper: debug } } }";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// assert_eq!(settings.tracing.layer.targets["hyper"].as_str(), "debug");
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
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
    ///
    /// ```
    /// let yaml = "tracing: { sampler: { rate_limit: 50, keep: { errors: true } } }";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// assert_eq!(settings.tracing.sampler.rate_limit, Some(50.0));
    /// assert!(settings.tracing.sampler.parent_based);
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct SamplerSettings {
        /// Ratios of their own for some services, providers, operations or routes; the first that
        /// matches the beginning of a trace decides. Defaults to none.
        pub rules: Vec<SamplerRule> = Vec::new();
        /// At most this many traces a second, those of sampled callers included. Defaults to no limit.
        pub rate_limit: Option<f64> = None, check::positive;
        /// Traces to keep although the ratio does not choose them.
        pub keep: KeepSettings = KeepSettings::default();
        /// Whether a caller's decision wins over the ratio. Defaults to true.
        ///
        /// `OTEL_TRACES_SAMPLER` without the prefix `parentbased_` switches it off.
        pub parent_based: bool = true;
        /// Decides below a caller that was sampled: `always_on`, `always_off`, a share from 0 to 1, or `root` for
        /// what decides on new traces. Defaults to `always_on`; to `root` if `parent_based` is off.
        pub remote_parent_sampled: Option<ParentSampler> = None;
        /// Decides below a caller that was not sampled. Defaults to `always_off`; to `root` if `parent_based` is off.
        pub remote_parent_not_sampled: Option<ParentSampler> = None;
        /// Decides below a span of this process that was sampled. Defaults to `always_on`; anything else makes every
        /// span ask.
        pub local_parent_sampled: ParentSampler = ParentSampler::AlwaysOn;
        /// Decides below a span of this process that was not sampled. Defaults to `always_off`; anything else makes
        /// every span ask.
        pub local_parent_not_sampled: ParentSampler = ParentSampler::AlwaysOff;
    }
}

section! {
    /// Traces to keep although the ratio does not choose them.
    ///
    /// ```
    /// let yaml = "tracing: { sampler: { keep: { errors: true, slower_than: 500ms } } }";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// let keep = &settings.tracing.sampler.keep;
    /// assert!(keep.errors && keep.slower_than.is_some());
    /// assert_eq!(keep.max_spans, 65_536);
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct KeepSettings {
        /// Keeps traces with an error or a panic. Defaults to false.
        pub errors: bool = false;
        /// Keeps traces with a span that takes longer. Defaults to none.
        pub slower_than: Option<Duration> = None, check::positive;
        /// When a trace is decided on whose root has not ended. Defaults to 60 s.
        pub timeout: Duration = Duration::from_secs(60), check::positive;
        /// Spans that wait for the end of their trace; beyond it the oldest traces give way. Defaults to 65536.
        pub max_spans: usize = 65_536, check::positive;
        /// The memory of those spans. Defaults to 32 MiB.
        pub max_bytes: ByteSize = ByteSize(32 << 20), check::positive;
    }
}

section! {
    /// A sampling ratio for a part of the traffic.
    ///
    /// At least one of the four names is given, as it is written in full; all that are given must match. A trace
    /// begins with a call or with a request, so a route stands with a service at the most.
    ///
    /// ```
    /// let yaml = "tracing: { sampler: { rules: [{ operation: health, ratio: 0.01 }] } }";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// assert_eq!(settings.tracing.sampler.rules[0].ratio, 0.01);
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct SamplerRule {
        /// The name of the service, such as `orders`.
        pub service: Option<String> = None;
        /// The provider label of an operation, such as `finnhub`.
        pub provider: Option<String> = None;
        /// The operation label of an operation, such as `quote`.
        pub operation: Option<String> = None;
        /// The route template of a request, such as `/orders/{id}`.
        pub route: Option<String> = None;
        /// The share that is recorded, 0 to 1. Required.
        pub ratio: f64 = 1.0, check::ratio;
    }
}

impl Item for SamplerRule {
    const REQUIRED: &'static [(&'static str, &'static str)] = &[("ratio", "a number from 0 to 1")];

    fn verify(&self, node: &Node, at: &str, problems: &mut Problems) {
        let names = ["service", "provider", "operation", "route"];
        let states = |name: &str| node.get(name).is_some_and(|name| !name.is_empty());
        if !names.iter().any(|name| states(name)) {
            problems.missing(at, &node.source, SamplingRule::EMPTY);
        }
        if let Some(route) = node.get("route").filter(|_| states("route"))
            && (states("provider") || states("operation"))
        {
            problems.invalid(&format!("{at}.route"), &route.shown(), &route.source, SamplingRule::APART);
        }
    }
}

section! {
    /// The queue in front of each exporter.
    ///
    /// ```
    /// let yaml = "tracing: { batch: { max_queue_size: 65536, flush_interval: 1s } }";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// assert_eq!(settings.tracing.batch.max_queue_size, 65_536);
    /// assert_eq!(settings.tracing.batch.batch_size, 512);
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
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
    ///
    /// ```
    /// let yaml = "tracing: { limits: { attribute_count: 16 } }";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// assert_eq!(settings.tracing.limits.attribute_count, 16);
    /// assert_eq!(settings.tracing.limits.event_count, 128);
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
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
