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
mod reference;
mod scalar;
mod secret;
#[cfg(feature = "dashboard")]
mod shown;
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
pub use reference::{SettingBlock, SettingForm, SettingKey};
pub use secret::Secret;
pub use size::ByteSize;
pub use source::Source;

use explain::Origins;
pub(crate) use load::ReadFrom;
use reference::{Describe, DescribeMember};
#[cfg(feature = "dashboard")]
pub(crate) use shown::ShownSetting;
#[cfg(feature = "alerts")]
pub(crate) use table::similarity;
use table::{Member, Names, Section, Table};
#[cfg(feature = "alerts")]
pub(crate) use template::{Field as MessageField, Template as MessageTemplate};

/// Declares the settings: the public struct, its defaults, its rows in the table, and its documentation.
macro_rules! settings {
    ($(#[doc = $about:literal])* pub struct Settings { $(
        $(#[doc = $doc:literal])*
        pub $section:ident: $type:ty = $default:expr;
    )* }) => {
        $(#[doc = $about])*
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        pub struct Settings {
            $( $(#[doc = $doc])* pub $section: $type, )*
            origins: Origins,
            warnings: Vec<String>,
            read_from: ReadFrom,
        }

        impl Default for Settings {
            fn default() -> Self {
                let mut settings = Self {
                    $( $section: $default, )*
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
                $(
                    let names = Names { at, key: stringify!($section), aliases: &[] };
                    Member::enter(&mut self.$section, names, check::any, table);
                )*
            }
        }

        impl Describe for Settings {
            const ABOUT: &'static [&'static str] = &[$($about),*];

            fn keys(&self, at: &str) -> Vec<SettingKey> {
                vec![$({
                    let names = Names { at, key: stringify!($section), aliases: &[] };
                    self.$section.key(&names, &[$($doc),*], check::any)
                },)*]
            }
        }

        impl fmt::Debug for Settings {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct("Settings")
                    $( .field(stringify!($section), &self.$section) )*
                    .finish_non_exhaustive()
            }
        }
    };
}

settings! {
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
    pub struct Settings {
        /// Who is being watched.
        pub service: ServiceSettings = ServiceSettings::default();
        /// Attributes of the resource, beside those of `service`, such as `team: payments`. Defaults to none;
        /// `OTEL_RESOURCE_ATTRIBUTES`, key by key.
        pub resource: BTreeMap<String, String> = BTreeMap::new();
        /// What concerns all of telemetry.
        pub telemetry: TelemetrySettings = TelemetrySettings::default();
        /// Spans: which are kept, and how they travel.
        pub tracing: TracingSettings = TracingSettings::default();
        /// How contexts travel in headers.
        pub propagation: PropagationSettings = PropagationSettings::default();
        /// Ways out for spans. Defaults to OTLP, with the others listed but disabled.
        pub exporters: Vec<ExporterSettings> = ExporterSettings::defaults();
        /// Metrics and their ways out.
        pub metrics: MetricSettings = MetricSettings::default();
        /// Circuit breakers by name. Defaults to none.
        pub breakers: BTreeMap<String, BreakerSettings> = BTreeMap::new();
        /// Events of the program, added up, kept on disk and sent on.
        pub collector: CollectorSettings = CollectorSettings::default();
        /// Measurements of the machine and the process.
        pub monitor: MonitorSettings = MonitorSettings::default();
        /// Checks of health, those of the program and those of its resources.
        pub health: HealthSettings = HealthSettings::default();
        /// Alerts on metrics.
        pub alerts: AlertSettings = AlertSettings::default();
        /// Log records.
        pub logs: LogSettings = LogSettings::default();
        /// The pages and the middleware of a web application.
        pub web: WebSettings = WebSettings::default();
    }
}

impl Settings {
    /// What was ignored while loading: bad `OTEL_*` values, variables that nobody knows.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Every setting with its form, default, variable and meaning.
    ///
    /// In the order of a file, sections as blocks: for references, completion and `--help`.
    #[must_use]
    pub fn keys() -> Vec<SettingKey> {
        Describe::keys(&Self::default(), "")
    }
}
