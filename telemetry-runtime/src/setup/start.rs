//! From a plan to telemetry that runs.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

#[cfg(feature = "tracing-layer")]
use super::subscriber;
use super::{GLOBAL, Inner, Plan, Telemetry, prepare::prepare};
#[cfg(feature = "_background")]
use super::{background::Background, outputs::MakeOutput};
#[cfg(all(feature = "settings", feature = "_background"))]
use super::{reload, sampling, watch};
#[cfg(feature = "prometheus")]
use crate::fault::{self, Fault};
#[cfg(feature = "_background")]
use crate::{export::MetricOutput, trace::sampler::HeadSampler};
use crate::{metrics::MetricRegistry, setup_error::SetupError};

impl Telemetry {
    /// Starts the background thread with these ways out for spans.
    #[cfg(feature = "_background")]
    pub(super) fn start(
        plan: Plan,
        outputs: Vec<MakeOutput>,
        metric_outputs: Vec<MetricOutput>,
        sampler: Option<Arc<dyn HeadSampler>>,
    ) -> Result<Self, SetupError> {
        let registry = prepare(&plan);
        #[cfg(feature = "tracing-layer")]
        let layers = subscriber::Layers::new(&plan.layers);
        let others = |records_spans| {
            #[cfg(feature = "settings")]
            return watch::of_settings(
                plan.reload_interval,
                reload::Reload::new(
                    &plan,
                    &registry,
                    sampling::Sampling::new(&plan, records_spans),
                    #[cfg(feature = "tracing-layer")]
                    &layers,
                ),
            );
            #[cfg(not(feature = "settings"))]
            {
                let _: bool = records_spans;
                Vec::new()
            }
        };
        let background = Background::start(&plan, &registry, outputs, metric_outputs, sampler, others)?;
        Ok(Self::with(
            plan,
            registry,
            background,
            #[cfg(feature = "tracing-layer")]
            layers,
        ))
    }

    #[cfg(not(feature = "_background"))]
    pub(super) fn start(plan: Plan) -> Self {
        let registry = prepare(&plan);
        Self::with(plan, registry)
    }

    fn with(
        plan: Plan,
        registry: Arc<MetricRegistry>,
        #[cfg(feature = "_background")] background: Background,
        #[cfg(feature = "tracing-layer")] layers: subscriber::Layers,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                plan,
                registry,
                #[cfg(feature = "_background")]
                background,
                #[cfg(feature = "tracing-layer")]
                layers,
                is_global: AtomicBool::new(false),
                is_shut_down: AtomicBool::new(false),
            }),
        }
    }

    pub(super) fn make_global(self) -> Result<Self, SetupError> {
        GLOBAL.set(self.clone()).map_err(|_| SetupError::AlreadyInstalled)?;
        self.inner.is_global.store(true, Ordering::Release);
        #[cfg(feature = "otel-api")]
        crate::otel_api::install(self.inner.plan.otel_api);
        #[cfg(feature = "prometheus")]
        if self.inner.plan.enabled
            && metrics::set_global_recorder(crate::Recorder::new(Arc::clone(&self.inner.registry))).is_err()
        {
            fault::report(&Fault::new(
                "metrics",
                "another recorder of the `metrics` facade is installed; what its macros count is not in `/metrics`. \
                 Install telemetry first, or leave the other out",
            ));
        }
        Ok(self)
    }
}
