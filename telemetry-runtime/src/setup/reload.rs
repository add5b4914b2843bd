//! Settings that may change while the program runs.

#[cfg(feature = "_background")]
use std::path::PathBuf;
use std::sync::Arc;

#[cfg(feature = "_background")]
use super::sampling::Sampling;
#[cfg(feature = "tracing-layer")]
use super::subscriber::Layers;
use super::{Inner, Plan, Telemetry, plan::breakers_of};
use crate::{
    fault::{self, Fault},
    metrics::MetricRegistry,
    settings::ReadFrom,
    setup_error::SetupError,
};

/// Where settings are read again, and who takes them.
#[derive(Clone)]
pub(super) struct Reload {
    read_from: ReadFrom,
    registry: Arc<MetricRegistry>,
    #[cfg(feature = "_background")]
    sampling: Sampling,
    #[cfg(feature = "tracing-layer")]
    layers: Layers,
    #[cfg(feature = "alerts")]
    alerts: Option<super::alerting::RuleReload>,
}

impl Reload {
    pub(super) fn new(
        plan: &Plan,
        registry: &Arc<MetricRegistry>,
        #[cfg(feature = "_background")] sampling: Sampling,
        #[cfg(feature = "tracing-layer")] layers: &Layers,
    ) -> Self {
        Self {
            read_from: plan.read_from.clone(),
            registry: Arc::clone(registry),
            #[cfg(feature = "_background")]
            sampling,
            #[cfg(feature = "tracing-layer")]
            layers: layers.clone(),
            #[cfg(feature = "alerts")]
            alerts: plan.alerts.as_ref().map(super::alerting::AlertPlan::reload),
        }
    }

    /// Where the file is, or may come to be.
    #[cfg(feature = "_background")]
    pub(super) fn places(&self) -> Vec<PathBuf> {
        self.read_from.places()
    }

    pub(super) fn run(&self) -> Result<(), SetupError> {
        let settings = match self.read_from.read_again() {
            None => return Ok(()),
            Some(Ok(settings)) => settings,
            Some(Err(error)) => {
                let message = format!("reloading: {error}; the settings from before stay in force");
                fault::report(&Fault::new("settings", message));
                return Err(error);
            }
        };
        for warning in settings.warnings() {
            fault::report(&Fault::new("settings", warning.clone()));
        }
        self.registry.breakers().configure(breakers_of(&settings));
        #[cfg(feature = "tracing-layer")]
        self.layers.change(&(&settings).into());
        #[cfg(feature = "alerts")]
        if let Some(alerts) = &self.alerts {
            alerts.put(&settings);
        }
        #[cfg(feature = "_background")]
        match self.sampling.put(super::sampling::sampling_of(&settings)) {
            // It was told at the start that the settings are not used.
            Ok(()) | Err(SetupError::SamplerDecides) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

impl Telemetry {
    /// Reads the settings file again: thresholds of breakers, sampling, levels of what comes through `tracing`, and rules
    /// of alerts where there are any.
    ///
    /// Nothing else changes. A sampler that was given to the builder stays, a policy of
    /// [`Telemetry::set_sampling`] does not. A breaker keeps its state unless the file orders another, and its window
    /// if that is of the same kind; one that the file names no more is again as the code states it. What the program
    /// set in [`Settings`](crate::Settings) after loading them is not kept. Without a file there is nothing to read,
    /// and nothing happens. A file that changes is read by itself, see `telemetry.reload_interval`.
    ///
    /// # Errors
    ///
    /// A file that is bad changes nothing; it is reported as a fault too.
    pub fn reload(&self) -> Result<(), SetupError> {
        let Inner { plan, registry, .. } = &*self.inner;
        let reload = Reload::new(
            plan,
            registry,
            #[cfg(feature = "_background")]
            self.sampling_right(),
            #[cfg(feature = "tracing-layer")]
            &self.inner.layers,
        );
        reload.run()
    }
}
