//! Settings: a YAML file, the environment, and the defaults below both.
//!
//! Precedence, lowest first: defaults, YAML, `TELEMETRY_*`, the standard variables (`OTEL_*`,
//! `SERVICE_NAME`, `SERVICE_VERSION`, `ENVIRONMENT`, `ENABLE_PROMETHEUS`), the program itself.
//!
//! The file is the one that `TELEMETRY_SETTINGS` names, else `./settings.yaml`, else
//! `./config/settings.yaml`. Scalars may refer to variables, `${VAR}` or `${VAR:-default}`. An
//! empty value is the same as none. Any setting that is neither a list nor a free map has a
//! variable `TELEMETRY_<SECTION>_<KEY>`; the section `telemetry` is left out:
//! `TELEMETRY_SAMPLING_RATIO`, `TELEMETRY_TRACING_BATCH_BATCH_SIZE`.

mod alert_consistency;
mod check;
mod choices;
mod consistency;
mod duration;
mod endpoint;
mod explain;
mod interpolate;
mod item;
mod load;
mod model;
mod node;
mod own_variables;
mod pairs;
mod preset;
mod problems;
mod scalar;
mod secret;
mod size;
mod source;
mod standard_variables;
mod table;
mod template;
mod value;
mod yaml;

use std::collections::BTreeMap;
use std::fmt;

pub use endpoint::Endpoint;
pub use model::*;
pub use secret::Secret;
pub use size::ByteSize;
pub use source::Source;

use explain::Origins;
pub(crate) use load::ReadFrom;
#[cfg(feature = "alerts")]
pub(crate) use table::similarity;
use table::{Member, Names, Section, Table};
#[cfg(feature = "alerts")]
pub(crate) use template::{Field as MessageField, Template as MessageTemplate};

/// All settings of telemetry.
///
/// Everything has a default, so a service needs no file. The fields may be changed after loading;
/// what the program sets wins over file and environment.
///
/// ```
/// use telemetry_runtime::Settings;
///
/// let mut settings = Settings::from_yaml_str("telemetry: { sampling_ratio: 0.1 }")?;
/// assert_eq!(settings.telemetry.sampling_ratio, 0.1);
/// assert_eq!(settings.tracing.batch.batch_size, 512);
///
/// settings.service.name = "orders".to_owned();
/// print!("{}", settings.explain());
/// # Ok::<(), telemetry_runtime::SetupError>(())
/// ```
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Settings {
    /// Who is being watched.
    pub service: ServiceSettings,
    /// Attributes of the resource, beside those of `service`. Defaults to none;
    /// `OTEL_RESOURCE_ATTRIBUTES`, key by key.
    pub resource: BTreeMap<String, String>,
    /// What concerns all of telemetry.
    pub telemetry: TelemetrySettings,
    /// Spans: which are kept, and how they travel.
    pub tracing: TracingSettings,
    /// How contexts travel in headers.
    pub propagation: PropagationSettings,
    /// Ways out for spans. Defaults to OTLP, with the others listed but disabled.
    pub exporters: Vec<ExporterSettings>,
    /// Metrics and their ways out.
    pub metrics: MetricSettings,
    /// Circuit breakers by name. Defaults to none.
    pub breakers: BTreeMap<String, BreakerSettings>,
    /// Events of the program, kept in memory and on disk.
    pub collector: CollectorSettings,
    /// Measurements of the machine and the process.
    pub monitor: MonitorSettings,
    /// Alerts on metrics.
    pub alerts: AlertSettings,
    /// Log records.
    pub logs: LogSettings,
    /// The pages and the middleware of a web application.
    pub web: WebSettings,
    origins: Origins,
    warnings: Vec<String>,
    read_from: ReadFrom,
}

impl Settings {
    /// What was ignored while loading: bad `OTEL_*` values, variables that nobody knows.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }
}

impl Default for Settings {
    fn default() -> Self {
        let mut settings = Self {
            service: ServiceSettings::default(),
            resource: BTreeMap::new(),
            telemetry: TelemetrySettings::default(),
            tracing: TracingSettings::default(),
            propagation: PropagationSettings::default(),
            exporters: ExporterSettings::defaults(),
            metrics: MetricSettings::default(),
            breakers: BTreeMap::new(),
            collector: CollectorSettings::default(),
            monitor: MonitorSettings::default(),
            alerts: AlertSettings::default(),
            logs: LogSettings::default(),
            web: WebSettings::default(),
            origins: Origins::default(),
            warnings: Vec::new(),
            read_from: ReadFrom::default(),
        };
        settings.origins = Origins::new(&settings, &BTreeMap::new());
        settings
    }
}

impl Section for Settings {
    fn register<'a>(&'a mut self, at: &str, table: &mut Table<'a>) {
        macro_rules! members {
            ($($section:ident),*) => { $(
                let names = Names { at, key: stringify!($section), aliases: &[] };
                Member::enter(&mut self.$section, names, check::any, table);
            )* };
        }
        members!(
            service,
            resource,
            telemetry,
            tracing,
            propagation,
            exporters,
            metrics,
            breakers,
            collector,
            monitor,
            alerts,
            logs,
            web
        );
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { service, resource, telemetry, tracing, propagation, exporters, metrics, .. } = self;
        let Self { breakers, collector, monitor, alerts, logs, web, .. } = self;
        f.debug_struct("Settings")
            .field("service", service)
            .field("resource", resource)
            .field("telemetry", telemetry)
            .field("tracing", tracing)
            .field("propagation", propagation)
            .field("exporters", exporters)
            .field("metrics", metrics)
            .field("breakers", breakers)
            .field("collector", collector)
            .field("monitor", monitor)
            .field("alerts", alerts)
            .field("logs", logs)
            .field("web", web)
            .finish_non_exhaustive()
    }
}
