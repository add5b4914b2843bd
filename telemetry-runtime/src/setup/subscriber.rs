//! What comes in through `tracing`: layers for the program's subscriber, and a subscriber where it has none.

use tracing::Subscriber;
use tracing_subscriber::{Layer, layer::SubscriberExt, registry::LookupSpan};

use super::{Telemetry, plan::LayersPlan};
#[cfg(feature = "logs")]
use crate::logs::LogLayer;
use crate::tracing_layer::{LevelsOfTargets, TelemetryLayer};

/// The levels of the layers that this telemetry has given out.
#[derive(Clone)]
pub(super) struct Layers {
    spans: LevelsOfTargets,
    #[cfg(feature = "logs")]
    logs: LevelsOfTargets,
}

impl Layers {
    pub(super) fn new(plan: &LayersPlan) -> Self {
        Self {
            spans: LevelsOfTargets::new(&plan.spans),
            #[cfg(feature = "logs")]
            logs: LevelsOfTargets::new(&plan.logs.levels),
        }
    }

    /// Takes other levels from now on.
    #[cfg(feature = "settings")]
    pub(super) fn change(&self, plan: &LayersPlan) {
        self.spans.change(&plan.spans);
        #[cfg(feature = "logs")]
        self.logs.change(&plan.logs.levels);
    }
}

#[cfg(all(feature = "dashboard", feature = "logs"))]
impl Telemetry {
    /// The level of log records whose targets have none of their own; none where no records go anywhere.
    pub(crate) fn log_level(&self) -> Option<tracing::level_filters::LevelFilter> {
        self.inner.background.logs().map(|_| self.inner.layers.logs.default_level())
    }

    /// Takes another such level, until the settings are read again.
    pub(crate) fn set_log_level(&self, level: tracing::level_filters::LevelFilter) {
        self.inner.layers.logs.change_default(level);
    }
}

impl Telemetry {
    /// A layer for the program's own `tracing` subscriber.
    ///
    /// It turns spans of other crates into spans of ours, as [`TelemetryLayer`] tells, on the levels of the setting
    /// `tracing.layer`. [`Telemetry::reload`] changes them.
    ///
    /// ```
    /// use telemetry_runtime::Telemetry;
    /// use tracing_subscriber::layer::SubscriberExt;
    ///
    /// let telemetry = Telemetry::builder().build()?;
    /// let subscriber = tracing_subscriber::registry().with(telemetry.tracing_layer());
    /// # let _ = subscriber;
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub fn tracing_layer<S>(&self) -> impl Layer<S> + Send + Sync + use<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        TelemetryLayer::new().with_filter(self.inner.layers.spans.clone())
    }

    /// A layer that turns events into log records, for the program's own `tracing` subscriber.
    ///
    /// Each record has the ids of the span around it, whether that is recorded or not. They go where the settings
    /// below `logs` say, on the levels that those say; [`Telemetry::reload`] changes the levels.
    ///
    /// ```
    /// use telemetry_runtime::{Settings, Telemetry};
    /// use tracing_subscriber::layer::SubscriberExt;
    ///
    /// let settings = Settings::from_yaml_str("logs: { level: debug, format: text }")?;
    /// let telemetry = Telemetry::builder().settings(settings).build()?;
    /// let subscriber = tracing_subscriber::registry().with(telemetry.log_layer());
    /// tracing::subscriber::with_default(subscriber, || tracing::debug!("written to standard output"));
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    #[cfg(feature = "logs")]
    pub fn log_layer<S>(&self) -> impl Layer<S> + Send + Sync + use<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let logs = self.inner.background.logs();
        logs.map(|hub| LogLayer::new(hub.clone()).with_filter(self.inner.layers.logs.clone()))
    }

    /// Installs a `tracing` subscriber with the layers of this telemetry, unless the program has one.
    ///
    /// With the feature `logs` records of the `log` crate come through it too, unless the program has a logger.
    /// [`setup_telemetry`](crate::setup_telemetry) does the same. A program with a subscriber of its own adds
    /// [`Telemetry::tracing_layer`] to that. Says whether it was installed.
    pub fn install_subscriber(&self) -> bool {
        if tracing::dispatcher::has_been_set() {
            return false;
        }
        let subscriber = tracing_subscriber::registry().with(self.tracing_layer());
        #[cfg(feature = "logs")]
        let subscriber = subscriber.with(self.log_layer());
        // Another thread may have been faster.
        let is_installed = tracing::subscriber::set_global_default(subscriber).is_ok();
        #[cfg(feature = "logs")]
        if is_installed {
            // A program with a logger of its own keeps it.
            drop(tracing_log::LogTracer::init());
        }
        is_installed
    }
}
