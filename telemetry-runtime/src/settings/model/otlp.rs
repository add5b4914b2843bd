use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use crate::settings::check;
use crate::settings::choices::choices;
use crate::settings::endpoint::Endpoint;
use crate::settings::secret::Secret;
use crate::settings::table::section;

const DEFAULT_ENDPOINT: &str = "http://localhost:4317";

section! {
    /// OTLP, the protocol of OpenTelemetry collectors.
    ///
    /// ```
    /// let yaml = "exporters: [{ provider: otlp, otlp: { endpoint: 'http://collector:4318', compression: gzip } }]";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// let traces = settings.exporters[0].otlp.traces_target();
    /// assert_eq!(traces.endpoint.as_str(), "http://collector:4318/v1/traces");
    /// assert_eq!(traces.compression.as_str(), "gzip");
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct OtlpSettings {
        /// The collector; none means that nobody chose one. Defaults to `http://localhost:4317`;
        /// `OTEL_EXPORTER_OTLP_ENDPOINT`.
        pub endpoint: Option<Endpoint> = None;
        /// How it is carried. Defaults to gRPC, and to HTTP where the endpoint's port is 4318;
        /// `OTEL_EXPORTER_OTLP_PROTOCOL`.
        pub protocol: Option<OtlpProtocol> = None;
        /// Sent with each request, such as `authorization: ${COLLECTOR_TOKEN}`. Defaults to none;
        /// `OTEL_EXPORTER_OTLP_HEADERS`.
        pub headers: BTreeMap<String, Secret> = BTreeMap::new(), check::headers;
        /// How requests are compressed. Defaults to none; `OTEL_EXPORTER_OTLP_COMPRESSION`.
        pub compression: OtlpCompression = OtlpCompression::None;
        /// The longest that one request may take. Defaults to 10 s; `OTEL_EXPORTER_OTLP_TIMEOUT`.
        pub timeout: Duration = Duration::from_secs(10), check::positive;
        /// A PEM file with the authorities to trust instead of the system's, such as `ca.pem`. Defaults to none;
        /// `OTEL_EXPORTER_OTLP_CERTIFICATE`.
        pub certificate: Option<PathBuf> = None;
        /// A PEM file with our own certificate and its chain, such as `client.pem`. Defaults to none;
        /// `OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE`.
        pub client_certificate: Option<PathBuf> = None;
        /// A PEM file with the private key of our own certificate, such as `client.key`. Defaults to none;
        /// `OTEL_EXPORTER_OTLP_CLIENT_KEY`.
        pub client_key: Option<PathBuf> = None;
        /// What differs for traces; `OTEL_EXPORTER_OTLP_TRACES_*`.
        pub traces: OtlpSignalSettings = OtlpSignalSettings::default();
        /// What differs for log records; `OTEL_EXPORTER_OTLP_LOGS_*`.
        pub logs: OtlpSignalSettings = OtlpSignalSettings::default();
        /// What differs for metrics; `OTEL_EXPORTER_OTLP_METRICS_*`.
        pub metrics: OtlpSignalSettings = OtlpSignalSettings::default();
    }
}

section! {
    /// What differs for one signal from the settings of the exporter.
    ///
    /// ```
    /// let yaml = "exporters: [{ provider: otlp, otlp: { metrics: { endpoint: 'http://other:4317' } } }]";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// let otlp = &settings.exporters[0].otlp;
    /// assert_eq!(otlp.metrics_target().endpoint.as_str(), "http://other:4317");
    /// assert_eq!(otlp.traces_target().endpoint.as_str(), "http://localhost:4317");
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct OtlpSignalSettings {
        /// Used as it is, without a path added to it. Defaults to the exporter's.
        pub endpoint: Option<Endpoint> = None;
        /// How it is carried. Defaults to the exporter's.
        pub protocol: Option<OtlpProtocol> = None;
        /// Instead of the exporter's headers, such as `authorization: ${COLLECTOR_TOKEN}`. Defaults to those.
        pub headers: BTreeMap<String, Secret> = BTreeMap::new(), check::headers;
        /// How requests are compressed. Defaults to the exporter's.
        pub compression: Option<OtlpCompression> = None;
        /// The longest that one request may take. Defaults to the exporter's.
        pub timeout: Option<Duration> = None, check::positive;
    }
}

choices! {
    /// How OTLP is carried.
    pub enum OtlpProtocol {
        /// gRPC over HTTP/2.
        Grpc = "grpc",
        /// Protobuf in HTTP requests.
        HttpProtobuf = "http/protobuf",
        /// JSON in HTTP requests.
        HttpJson = "http/json",
    }
}

choices! {
    /// How requests are compressed.
    pub enum OtlpCompression {
        /// Not at all.
        None = "none",
        /// With gzip.
        Gzip = "gzip",
    }
}

/// Where and how one signal is sent.
///
/// ```
/// use telemetry_runtime::settings::{OtlpProtocol, OtlpSettings, OtlpTarget};
///
/// let target: OtlpTarget = OtlpSettings::default().traces_target();
/// assert_eq!((target.endpoint.as_str(), target.protocol), ("http://localhost:4317", OtlpProtocol::Grpc));
/// assert!(target.is_default, "nobody chose it");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct OtlpTarget {
    /// The full URL: over HTTP with the signal's path.
    pub endpoint: Endpoint,
    /// How it is carried.
    pub protocol: OtlpProtocol,
    /// Sent with each request.
    pub headers: BTreeMap<String, Secret>,
    /// How requests are compressed.
    pub compression: OtlpCompression,
    /// The longest that one request may take.
    pub timeout: Duration,
    /// Whether this is the default that nobody chose, so that nobody listening is no fault.
    pub is_default: bool,
    /// The block that it stands in.
    pub(crate) block: &'static str,
}

impl OtlpSettings {
    /// Where and how traces are sent.
    #[must_use]
    pub fn traces_target(&self) -> OtlpTarget {
        self.target(&self.traces, "/v1/traces")
    }

    /// Where and how log records are sent.
    #[must_use]
    pub fn logs_target(&self) -> OtlpTarget {
        self.target(&self.logs, "/v1/logs")
    }

    /// Where and how metrics are sent.
    #[must_use]
    pub fn metrics_target(&self) -> OtlpTarget {
        self.target(&self.metrics, "/v1/metrics")
    }

    fn target(&self, signal: &OtlpSignalSettings, path: &str) -> OtlpTarget {
        let chosen = signal.endpoint.as_ref().or(self.endpoint.as_ref());
        let base = chosen.cloned().unwrap_or_else(|| Endpoint::from(DEFAULT_ENDPOINT));
        let protocol = signal.protocol.or(self.protocol).unwrap_or_else(|| implied_protocol(&base));
        let endpoint = match protocol {
            OtlpProtocol::HttpProtobuf | OtlpProtocol::HttpJson if signal.endpoint.is_none() => {
                base.with_path(path)
            }
            _ => base,
        };
        let headers = if signal.headers.is_empty() { &self.headers } else { &signal.headers };
        OtlpTarget {
            endpoint,
            protocol,
            headers: headers.clone(),
            compression: signal.compression.unwrap_or(self.compression),
            timeout: signal.timeout.unwrap_or(self.timeout),
            is_default: chosen.is_none(),
            block: "otlp",
        }
    }

    /// The same with the defaults that depend on other keys filled in.
    pub(in crate::settings) fn effective(&self) -> Self {
        let mut effective = self.clone();
        let endpoint = effective.endpoint.get_or_insert_with(|| Endpoint::from(DEFAULT_ENDPOINT));
        effective.protocol.get_or_insert(implied_protocol(endpoint));
        effective
    }
}

/// Port 4318 is the one registered for OTLP over HTTP.
fn implied_protocol(endpoint: &Endpoint) -> OtlpProtocol {
    match endpoint.port() {
        Some(4318) => OtlpProtocol::HttpProtobuf,
        _ => OtlpProtocol::Grpc,
    }
}
