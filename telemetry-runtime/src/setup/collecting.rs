//! The collector of events, as set-up decides on it.

use std::sync::Arc;

use opentelemetry_sdk::Resource;
use tokio::task::spawn_blocking;

use super::Plan;
use crate::{
    call,
    collector::{EventCollector, EventFile, Packed, Replay, Transform, Worker, event_families},
    export::{
        Batching, Output, Pipeline,
        file::{FileExporter, FileTarget},
    },
    metrics::MetricRegistry,
    settings::{CollectorSettings, ExporterProvider, OtlpSettings, Settings},
    setup_error::SetupError,
};

/// What becomes of events.
#[derive(Clone, Debug)]
pub(crate) struct CollectorPlan {
    pub(super) config: CollectorSettings,
    pub(super) transform: Option<Transform>,
    /// The OTLP exporters that could send them.
    otlp: Vec<OtlpSettings>,
}

impl CollectorPlan {
    /// The settings' OTLP exporters send events if `config` asks for it.
    pub(super) fn new(config: CollectorSettings, settings: Option<&Settings>) -> Self {
        let exporters = settings.map(|settings| &*settings.exporters).unwrap_or_default().iter();
        let exporters = exporters
            .filter(|exporter| exporter.enabled && exporter.provider == ExporterProvider::Otlp)
            .map(|exporter| exporter.otlp.clone());
        let otlp = if config.otlp { exporters.collect() } else { Vec::new() };
        Self { config, transform: None, otlp }
    }

    /// What the settings ask for.
    pub(super) fn of_settings(settings: &Settings) -> Option<Self> {
        let is_on = settings.telemetry.enabled && settings.collector.enabled;
        is_on.then(|| Self::new(settings.collector.clone(), Some(settings)))
    }
}

/// Carries events to where the plan wants them; none if nobody asked for the collector.
pub(super) fn carry_events(
    pipeline: &mut Pipeline,
    plan: &Plan,
    resource: &Resource,
    registry: &Arc<MetricRegistry>,
) -> Result<Option<EventCollector>, SetupError> {
    let Some(CollectorPlan { config, transform, otlp }) = &plan.collector else { return Ok(None) };
    let batching = Batching {
        max_queue_size: config.max_events,
        batch_size: config.batch_size.min(config.max_events),
        flush_interval: config.flush_interval,
        ..Batching::default()
    };
    let mut outputs: Vec<Output<Packed>> = file(config)?.into_iter().collect();
    outputs.extend(super::outputs::event_outputs(otlp, resource)?);
    let outputs = outputs.into_iter().map(|output| (output, batching)).collect();
    let (collector, mut work) = EventCollector::new(registry.clock(), config, plan.error_messages, outputs);
    if config.enable_persistence && config.replay && config.processing.aggregate {
        let replay = Replay::new(&collector, &config.persistence_file);
        let collector = collector.clone();
        work.push(Box::pin(async move {
            // It reports its own failures; a panic would be one more of them.
            drop(spawn_blocking(move || replay.run(&collector)).await);
        }));
    }
    if config.calls {
        let listener = Arc::downgrade(collector.shared());
        call::listen(move |call| {
            if let Some(shared) = listener.upgrade() {
                EventCollector::from(shared).add_call(call);
            }
        });
    }
    let shared = Arc::downgrade(collector.shared());
    registry.add_source(move |all| {
        all.extend(shared.upgrade().iter().flat_map(|shared| event_families(shared)));
    });
    let worker = Worker::new(&collector, config, transform.clone());
    pipeline.carry(Box::new(worker), collector.lines(), work);
    Ok(Some(collector))
}

fn file(config: &CollectorSettings) -> Result<Option<Output<Packed>>, SetupError> {
    if !config.enable_persistence {
        return Ok(None);
    }
    let target = FileTarget {
        path: config.persistence_file.clone(),
        rotate_size: config.rotate_size.bytes(),
        rotate_age: Some(config.rotate_age),
        retention_days: config.retention_days,
    };
    FileExporter::new("file", target, EventFile).map(|exporter| Some(Output::new(exporter)))
}
