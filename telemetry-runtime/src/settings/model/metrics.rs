use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use crate::settings::check;
use crate::settings::choices::choices;
use crate::settings::endpoint::Endpoint;
use crate::settings::item::Item;
use crate::settings::node::Node;
use crate::settings::problems::Problems;
use crate::settings::table::section;

section! {
    /// Metrics and their ways out.
    ///
    /// ```
    /// let yaml = "metrics: { listen: '127.0.0.1:9464', default_labels: { region: eu } }";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// assert_eq!(settings.metrics.listen.map(|address| address.port()), Some(9464));
    /// assert_eq!(settings.metrics.default_labels["region"], "eu");
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct MetricSettings {
        /// Whether there is any way out; calls are counted either way. Defaults to true.
        pub enabled: bool = true;
        /// Whether `/metrics` answers. Defaults to true; `ENABLE_PROMETHEUS`.
        pub prometheus: bool = true;
        /// A port of its own for `/metrics`; a bare port listens on loopback. Defaults to none;
        /// `OTEL_EXPORTER_PROMETHEUS_HOST` and `OTEL_EXPORTER_PROMETHEUS_PORT`.
        pub listen: Option<SocketAddr> = None;
        /// Labels that every family gets, such as `region: eu`. Defaults to none.
        pub default_labels: BTreeMap<String, String> = BTreeMap::new(), check::labels;
        /// Label sets that a family may have before the rest is summed up. Defaults to 2000.
        pub cardinality_limit: usize = 2000, check::positive;
        /// After how long a series that nobody feeds is left out; none never is. It concerns what code counts by name,
        /// not calls. Defaults to none.
        pub series_expire_after: Option<Duration> = None, check::positive;
        /// Whether histograms of calls and of requests name a trace for each bucket, where the reader takes that.
        /// Defaults to true; `OTEL_METRICS_EXEMPLAR_FILTER`.
        pub exemplars: bool = true;
        /// The time between two exports over OTLP and to the program's own exporters. Defaults to 60 s;
        /// `OTEL_METRIC_EXPORT_INTERVAL`.
        pub export_interval: Duration = Duration::from_secs(60), check::positive;
        /// The longest that one export may take. Defaults to 30 s; `OTEL_METRIC_EXPORT_TIMEOUT`.
        pub export_timeout: Duration = Duration::from_secs(30), check::positive;
        /// OTLP, through the exporters that spans have.
        pub otlp: OtlpMetricSettings = OtlpMetricSettings::default();
        /// The Prometheus push gateway.
        pub push_gateway: PushGatewaySettings = PushGatewaySettings::default();
        /// StatsD.
        pub statsd: StatsdSettings = StatsdSettings::default();
        /// Metrics that the program registers by these names. Defaults to none.
        pub custom: BTreeMap<String, CustomMetricSettings> = BTreeMap::new();
    }
}

section! {
    /// Metrics over OTLP.
    ///
    /// ```
    /// let yaml = "metrics: { otlp: { enabled: true, temporality: delta } }";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// assert_eq!(settings.metrics.otlp.temporality.as_str(), "delta");
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct OtlpMetricSettings {
        /// Whether the enabled OTLP exporters send metrics too. Defaults to false; `OTEL_METRICS_EXPORTER`.
        pub enabled: bool = false;
        /// Whether counts go on from the program's start, or are those since the export before. Defaults to the former;
        /// `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE`.
        pub temporality: Temporality = Temporality::Cumulative;
    }
}

choices! {
    /// Where counts begin.
    pub enum Temporality {
        /// At the program's start.
        Cumulative = "cumulative",
        /// At the export before.
        Delta = "delta",
    }
}

section! {
    /// The Prometheus push gateway.
    ///
    /// ```
    /// let yaml = "metrics: { push_gateway: { endpoint: 'http://push:9091', interval: 15s } }";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// assert_eq!(settings.metrics.push_gateway.interval.as_secs(), 15);
    /// assert!(!settings.metrics.push_gateway.delete_on_shutdown);
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct PushGatewaySettings {
        /// Its URL, such as `http://localhost:9091`; none pushes nothing. Defaults to none.
        pub endpoint: Option<Endpoint> = None, check::optional_url;
        /// The job label, such as `nightly`. Defaults to the service's name.
        pub job: Option<String> = None;
        /// Further labels of the group, such as `instance: eu-1`. Defaults to none.
        pub grouping: BTreeMap<String, String> = BTreeMap::new(), check::labels;
        /// The time between two pushes. Defaults to 60 s.
        pub interval: Duration = Duration::from_secs(60), check::positive;
        /// Whether the group is deleted at shutdown. Defaults to false.
        pub delete_on_shutdown: bool = false;
    }
}

section! {
    /// StatsD.
    ///
    /// ```
    /// let yaml = "metrics: { statsd: { address: 'localhost:8125', flavor: dogstatsd } }";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// assert_eq!(settings.metrics.statsd.address.as_deref(), Some("localhost:8125"));
    /// assert_eq!(settings.metrics.statsd.flavor.as_str(), "dogstatsd");
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct StatsdSettings {
        /// Its host and port, such as `localhost:8125`; none sends nothing. Defaults to none.
        pub address: Option<String> = None, check::host_port;
        /// Put in front of each name, such as `shop.`. Defaults to nothing.
        pub prefix: String = String::new();
        /// The time between two reports. Defaults to 10 s.
        pub interval: Duration = Duration::from_secs(10), check::positive;
        /// Which dialect the server speaks. Defaults to plain StatsD.
        pub flavor: StatsdFlavor = StatsdFlavor::Statsd;
    }
}

choices! {
    /// A dialect of StatsD.
    pub enum StatsdFlavor {
        /// Without tags.
        Statsd = "statsd",
        /// With the tags of DogStatsD.
        Dogstatsd = "dogstatsd",
    }
}

section! {
    /// A metric of the program.
    ///
    /// ```
    /// let yaml = "metrics: { custom: { orders_total: { type: counter, help: Orders., labels: [kind] } } }";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// assert_eq!(settings.metrics.custom["orders_total"].labels, ["kind"]);
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct CustomMetricSettings {
        /// What it counts or measures. Required.
        pub kind as "type": CustomMetricKind = CustomMetricKind::Counter;
        /// What `# HELP` says, such as `Orders taken.`. Defaults to nothing.
        pub help: String = String::new();
        /// The names of its labels, such as `kind`. Defaults to none.
        pub labels: Vec<String> = Vec::new(), check::label_names;
        /// Upper bounds of a histogram, increasing. Defaults to those of durations in seconds.
        pub buckets: Vec<f64> = Vec::new(), check::buckets;
        /// Label sets that it may have before the rest is summed up. Defaults to `metrics.cardinality_limit`.
        pub cardinality_limit: Option<usize> = None, check::positive;
    }
}

impl Item for CustomMetricSettings {
    const REQUIRED: &'static [(&'static str, &'static str)] =
        &[("type", "`counter` or `gauge` or `histogram`")];

    fn verify(&self, node: &Node, at: &str, problems: &mut Problems) {
        let name = at.rsplit_once('.').map_or(at, |(_, name)| name);
        if let Err(allowed) = check::metric_name(name) {
            problems.invalid(at, name, &node.source, &allowed);
        }
        if self.kind != CustomMetricKind::Histogram && !self.buckets.is_empty() {
            let allowed = "buckets only with `type: histogram`";
            problems.invalid(&format!("{at}.buckets"), self.kind.as_str(), &node.source, allowed);
        }
    }
}

choices! {
    /// What a metric counts or measures.
    pub enum CustomMetricKind {
        /// Only grows.
        Counter = "counter",
        /// Goes up and down.
        Gauge = "gauge",
        /// A distribution.
        Histogram = "histogram",
    }
}
