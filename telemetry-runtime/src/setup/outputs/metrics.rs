//! The ways out of metrics that the settings ask for.

use std::sync::Arc;

use crate::{export::MetricOutput, metrics::MetricRegistry, setup::Plan, setup_error::SetupError};

/// The ways out of metrics that the settings ask for.
///
/// # Errors
///
/// What keeps one of them from being built: files that cannot be read, or an endpoint that cannot be one.
pub(in crate::setup) fn metrics_of_settings(
    plan: &Plan,
    registry: &Arc<MetricRegistry>,
) -> Result<Vec<MetricOutput>, SetupError> {
    let mut outputs = Vec::new();
    push_gateway(plan, &mut outputs)?;
    statsd(plan, &mut outputs);
    otlp(plan, registry, &mut outputs)?;
    Ok(outputs)
}

#[cfg(feature = "push-gateway")]
fn push_gateway(plan: &Plan, outputs: &mut Vec<MetricOutput>) -> Result<(), SetupError> {
    use crate::export::push_gateway::PushGateway;
    let settings = &plan.metrics.push_gateway;
    if let Some(endpoint) = &settings.endpoint {
        let timeout = plan.metrics.export_timeout;
        let gateway = PushGateway::new(endpoint, settings, &plan.service_name, timeout)?;
        outputs.push(MetricOutput {
            name: "push_gateway".to_owned(),
            sink: Box::new(gateway),
            interval: settings.interval,
            timeout,
        });
    }
    Ok(())
}

#[cfg(not(feature = "push-gateway"))]
#[expect(clippy::unnecessary_wraps, reason = "as with the feature")]
fn push_gateway(plan: &Plan, _: &mut Vec<MetricOutput>) -> Result<(), SetupError> {
    if plan.metrics.push_gateway.endpoint.is_some() {
        tell_of_absence("metrics.push_gateway", "push-gateway");
    }
    Ok(())
}

#[cfg(feature = "statsd")]
fn statsd(plan: &Plan, outputs: &mut Vec<MetricOutput>) {
    use crate::export::statsd::StatsdExporter;
    let settings = &plan.metrics.statsd;
    if let Some(exporter) = StatsdExporter::new(settings) {
        outputs.push(MetricOutput {
            name: "statsd".to_owned(),
            sink: Box::new(exporter),
            interval: settings.interval,
            timeout: plan.metrics.export_timeout,
        });
    }
}

#[cfg(not(feature = "statsd"))]
fn statsd(plan: &Plan, _: &mut Vec<MetricOutput>) {
    if plan.metrics.statsd.address.is_some() {
        tell_of_absence("metrics.statsd", "statsd");
    }
}

/// Every enabled OTLP exporter of spans sends metrics too.
#[cfg(feature = "_otlp")]
fn otlp(
    plan: &Plan,
    registry: &Arc<MetricRegistry>,
    outputs: &mut Vec<MetricOutput>,
) -> Result<(), SetupError> {
    use crate::{
        export::{net::TlsFiles, otlp::OtlpMetricExporter},
        settings::ExporterProvider,
        setup::resource,
    };
    if !plan.metrics.otlp.enabled {
        return Ok(());
    }
    let resource = resource::resource(plan);
    let exporters = plan.tracing.exporters.iter().filter(|exporter| exporter.enabled);
    let targets = exporters.filter(|exporter| exporter.provider == ExporterProvider::Otlp);
    for (number, exporter) in targets.enumerate() {
        let settings = &exporter.otlp;
        let files = TlsFiles {
            certificate: settings.certificate.clone(),
            client_certificate: settings.client_certificate.clone(),
            client_key: settings.client_key.clone(),
        };
        let target = settings.metrics_target();
        let temporality = plan.metrics.otlp.temporality;
        let exporter = OtlpMetricExporter::new(&target, &files, &resource, registry.began(), temporality)?;
        outputs.push(MetricOutput {
            name: if number == 0 {
                "otlp_metrics".to_owned()
            } else {
                format!("otlp_metrics_{}", number + 1)
            },
            sink: Box::new(exporter),
            interval: plan.metrics.export_interval,
            timeout: plan.metrics.export_timeout,
        });
    }
    Ok(())
}

#[cfg(not(feature = "_otlp"))]
#[expect(clippy::unnecessary_wraps, reason = "as with the feature")]
fn otlp(plan: &Plan, _: &Arc<MetricRegistry>, _: &mut Vec<MetricOutput>) -> Result<(), SetupError> {
    if plan.metrics.otlp.enabled {
        tell_of_absence("metrics.otlp", "otlp-grpc` or `otlp-http");
    }
    Ok(())
}

#[cfg(not(all(feature = "_otlp", feature = "statsd", feature = "push-gateway")))]
fn tell_of_absence(setting: &str, feature: &str) {
    use crate::fault::{self, Fault};
    let message = format!("`{setting}` is not part of this build; switch the feature `{feature}` on");
    fault::report(&Fault::new("export", message));
}
