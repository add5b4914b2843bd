use std::path::PathBuf;
use std::time::Duration;

use super::otlp::{OtlpSettings, OtlpTarget};
use crate::settings::check;
use crate::settings::choices::choices;
use crate::settings::endpoint::Endpoint;
use crate::settings::item::Item;
use crate::settings::node::Node;
use crate::settings::problems::Problems;
use crate::settings::secret::Secret;
use crate::settings::size::ByteSize;
use crate::settings::table::section;

section! {
    /// A way out for spans.
    ///
    /// Only the block that is named like the provider counts, and `file` where it is the fallback.
    ///
    /// ```
    /// use telemetry_runtime::settings::ExporterProvider;
    ///
    /// let yaml = "exporters: [{ provider: console }, { provider: zipkin, enabled: false }]";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// assert_eq!(settings.exporters[0].provider, ExporterProvider::Console);
    /// assert!(!settings.exporters[1].enabled);
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct ExporterSettings {
        /// What it sends to. Required.
        pub provider: ExporterProvider = ExporterProvider::Console;
        /// Whether it is used. Defaults to true for an exporter that a file lists.
        pub enabled: bool = true;
        /// Where spans go that could not be delivered. Defaults to nowhere.
        pub fallback: Option<Fallback> = None;
        /// The block of `provider: console`.
        pub console: ConsoleSettings = ConsoleSettings::default();
        /// The block of `provider: otlp`.
        pub otlp: OtlpSettings = OtlpSettings::default();
        /// The block of `provider: azure_monitor`.
        pub azure_monitor: AzureMonitorSettings = AzureMonitorSettings::default();
        /// The block of `provider: jaeger`.
        pub jaeger: JaegerSettings = JaegerSettings::default();
        /// The block of `provider: zipkin`.
        pub zipkin: ZipkinSettings = ZipkinSettings::default();
        /// The block of `provider: file` and of `fallback: file`.
        pub file: FileSettings = FileSettings::default();
    }
}

impl ExporterSettings {
    /// An exporter with its provider's defaults.
    #[must_use]
    pub fn new(provider: ExporterProvider) -> Self {
        Self { provider, ..Self::default() }
    }

    /// What there is without a file: OTLP on, the others ready to be switched on.
    pub(crate) fn defaults() -> Vec<Self> {
        use ExporterProvider::{AzureMonitor, Console, File, Jaeger, Otlp, Zipkin};
        [Console, Otlp, AzureMonitor, Jaeger, Zipkin, File]
            .map(|provider| Self { enabled: provider == Otlp, ..Self::new(provider) })
            .to_vec()
    }

    fn uses(&self, block: &str) -> bool {
        block == self.provider.as_str() || (block == "file" && self.fallback == Some(Fallback::File))
    }
}

const BLOCKS: [&str; 6] = ["console", "otlp", "azure_monitor", "jaeger", "zipkin", "file"];

impl Item for ExporterSettings {
    const REQUIRED: &'static [(&'static str, &'static str)] =
        &[("provider", "console, otlp, azure_monitor, jaeger, zipkin or file")];

    fn verify(&self, node: &Node, at: &str, problems: &mut Problems) {
        if !self.enabled {
            problems.forgive(at);
        }
        for block in BLOCKS.into_iter().filter(|block| !self.uses(block)) {
            if let Some(node) = node.get(block) {
                let nearest = BLOCKS.into_iter().find(|block| self.uses(block));
                let nearest =
                    nearest.map_or_else(|| format!("{at}.provider"), |block| format!("{at}.{block}"));
                problems.unknown(&format!("{at}.{block}"), &node.source, Some(nearest));
            }
        }
    }

    fn effective(&self) -> Self {
        Self { otlp: self.otlp.effective(), ..self.clone() }
    }

    fn shows(&self, key: &str) -> bool {
        let block = key.split('.').next().unwrap_or_default();
        !BLOCKS.contains(&block) || self.uses(block)
    }
}

choices! {
    /// What an exporter sends to.
    pub enum ExporterProvider {
        /// Standard output.
        Console = "console",
        /// An OpenTelemetry collector.
        Otlp = "otlp",
        /// Azure Monitor (Application Insights).
        AzureMonitor = "azure_monitor",
        /// Jaeger, over OTLP.
        Jaeger = "jaeger",
        /// Zipkin.
        Zipkin = "zipkin",
        /// A file of JSON Lines.
        File = "file",
    }
}

choices! {
    /// Where spans go that could not be delivered.
    pub enum Fallback {
        /// Standard output.
        Console = "console",
        /// A file of JSON Lines.
        File = "file",
    }
}

section! {
    /// Spans on standard output.
    ///
    /// ```
    /// let yaml = "exporters: [{ provider: console, console: { format: json } }]";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// assert_eq!(settings.exporters[0].console.format.as_str(), "json");
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct ConsoleSettings {
        /// How they are written. Defaults to a tree of each finished trace.
        pub format: ConsoleFormat = ConsoleFormat::Tree;
    }
}

choices! {
    /// How spans are written to standard output.
    pub enum ConsoleFormat {
        /// A tree of each finished trace.
        Tree = "tree",
        /// A line of JSON for each span.
        Json = "json",
    }
}

section! {
    /// Azure Monitor.
    ///
    /// ```
    /// let yaml = "exporters: [{ provider: azure_monitor, azure_monitor: { connection_string: InstrumentationKey=k } }]";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// let azure = &settings.exporters[0].azure_monitor;
    /// assert!(azure.connection_string.is_some());
    /// assert!(!format!("{azure:?}").contains("InstrumentationKey"), "secrets are not shown");
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct AzureMonitorSettings {
        /// The connection string of the resource, required once the exporter is enabled.
        /// Defaults to the variable `AZURE_MONITOR_CONNECTION_STRING`.
        pub connection_string: Option<Secret> = None;
    }
}

section! {
    /// Jaeger, which takes OTLP.
    ///
    /// ```
    /// let yaml = "exporters: [{ provider: jaeger, jaeger: { endpoint: 'http://jaeger:4317' } }]";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// assert_eq!(settings.exporters[0].jaeger.endpoint.port(), Some(4317));
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct JaegerSettings {
        /// Jaeger's OTLP address. Defaults to `http://localhost:4317`.
        pub endpoint: Endpoint = Endpoint::from("http://localhost:4317"), check::jaeger;
    }
}

impl JaegerSettings {
    /// Where and how spans are sent.
    #[must_use]
    pub fn traces_target(&self) -> OtlpTarget {
        let otlp = OtlpSettings { endpoint: Some(self.endpoint.clone()), ..OtlpSettings::default() };
        OtlpTarget { block: "jaeger", ..otlp.traces_target() }
    }
}

section! {
    /// Zipkin.
    ///
    /// ```
    /// let yaml = "exporters: [{ provider: zipkin, zipkin: { timeout: 2s } }]";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// assert_eq!(settings.exporters[0].zipkin.timeout.as_secs(), 2);
    /// assert_eq!(settings.exporters[0].zipkin.endpoint.path(), "/api/v2/spans");
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct ZipkinSettings {
        /// The URL that takes spans. Defaults to `http://localhost:9411/api/v2/spans`;
        /// `OTEL_EXPORTER_ZIPKIN_ENDPOINT`.
        pub endpoint: Endpoint = Endpoint::from("http://localhost:9411/api/v2/spans"), check::url;
        /// The longest that one request may take. Defaults to 10 s; `OTEL_EXPORTER_ZIPKIN_TIMEOUT`.
        pub timeout: Duration = Duration::from_secs(10), check::positive;
    }
}

section! {
    /// A file of JSON Lines.
    ///
    /// ```
    /// let yaml = "exporters: [{ provider: file, file: { path: /var/log/spans.jsonl, retention_days: 7 } }]";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// assert_eq!(settings.exporters[0].file.retention_days, 7);
    /// assert_eq!(settings.exporters[0].file.rotate_size.to_string(), "64MiB");
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct FileSettings {
        /// The file. Defaults to `spans.jsonl`.
        pub path: PathBuf = PathBuf::from("spans.jsonl");
        /// The size at which a new file is begun. Defaults to 64 MiB.
        pub rotate_size: ByteSize = ByteSize(64 << 20), check::positive;
        /// Days for which old files are kept. Defaults to 30.
        pub retention_days: u32 = 30, check::positive;
    }
}
