//! Where log records go, by the settings.

use std::time::Duration;

use opentelemetry_sdk::Resource;

use crate::{
    export::{Batching, Output, SharedRecord},
    logs::ConsoleLogs,
    setup::plan::LogsPlan,
    setup_error::SetupError,
};

/// The longest that a line waits before it is written.
const CONSOLE_INTERVAL: Duration = Duration::from_millis(100);

/// The longest that a record waits before it is sent, as the OpenTelemetry specification sets it.
const SEND_INTERVAL: Duration = Duration::from_secs(1);

/// The outputs that the plan asks for.
///
/// # Errors
///
/// What keeps one of them from being built.
pub(in crate::setup) fn log_outputs(
    plan: &LogsPlan,
    resource: &Resource,
) -> Result<Vec<(Output<SharedRecord>, Batching)>, SetupError> {
    let mut outputs = Vec::new();
    if let Some(format) = plan.console {
        let batching = Batching { flush_interval: CONSOLE_INTERVAL, ..Batching::default() };
        outputs.push((Output::new(ConsoleLogs::new(format, resource)), batching));
    }
    for output in over_otlp(plan, resource)? {
        outputs.push((output, Batching { flush_interval: SEND_INTERVAL, ..Batching::default() }));
    }
    Ok(outputs)
}

#[cfg(feature = "_otlp")]
fn over_otlp(plan: &LogsPlan, resource: &Resource) -> Result<Vec<Output<SharedRecord>>, SetupError> {
    let named = plan.otlp.iter().zip(1..);
    let output = |(settings, number): (&crate::settings::OtlpSettings, u32)| {
        // The same names as those of the exporters of spans.
        let name = if number == 1 { "otlp" } else { crate::intern::intern(&format!("otlp_{number}")) };
        super::otlp::log_output(name, settings, resource)
    };
    named.map(output).collect()
}

#[cfg(not(feature = "_otlp"))]
fn over_otlp(plan: &LogsPlan, _resource: &Resource) -> Result<Vec<Output<SharedRecord>>, SetupError> {
    if !plan.otlp.is_empty() {
        crate::fault::report(&crate::fault::Fault::new(
            "logs",
            "this build has no OTLP; switch its feature `otlp-grpc` or `otlp-http` on, or `logs.otlp` off",
        ));
    }
    Ok(Vec::new())
}
