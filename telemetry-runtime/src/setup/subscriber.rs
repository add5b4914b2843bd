//! What comes in through `tracing`: layers for the program's subscriber, and a subscriber where it has none.

use tracing::Subscriber;
use tracing_subscriber::{Layer, layer::SubscriberExt, registry::LookupSpan};

use super::{Telemetry, plan::LayersPlan};
use crate::tracing_layer::{LevelsOfTargets, TelemetryLayer};

/// The levels of the layers that this telemetry has given out.
pub(super) struct Layers {
    spans: LevelsOfTargets,
}

impl Layers {
    pub(super) fn new(plan: &LayersPlan) -> Self {
        Self { spans: LevelsOfTargets::new(&plan.spans) }
    }

    /// Takes other levels from now on.
    #[cfg(feature = "settings")]
    pub(super) fn change(&self, plan: &LayersPlan) {
        self.spans.change(&plan.spans);
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

    /// Installs a `tracing` subscriber with the layers of this telemetry, unless the program has one.
    ///
    /// [`setup_telemetry`](crate::setup_telemetry) does it too. A program with a subscriber of its own adds
    /// [`Telemetry::tracing_layer`] to that. Says whether it was installed.
    pub fn install_subscriber(&self) -> bool {
        if tracing::dispatcher::has_been_set() {
            return false;
        }
        let subscriber = tracing_subscriber::registry().with(self.tracing_layer());
        // Another thread may have been faster.
        tracing::subscriber::set_global_default(subscriber).is_ok()
    }
}
