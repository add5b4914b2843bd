//! The catalog of operations in forms that other programs read.

use serde_json::{Value, json};

use crate::operation::{Operation, Sample, Slo};

/// Every operation, as an array of objects in the order of the catalog.
pub(crate) fn to_json(operations: &[&'static Operation]) -> Value {
    operations.iter().map(|operation| entry(operation)).collect()
}

fn entry(operation: &'static Operation) -> Value {
    let keys = operation.keys();
    let location = operation.location().map(|(file, line)| json!({ "file": file, "line": line }));
    json!({
        "provider": operation.provider(),
        "operation": operation.name(),
        "function": operation.function(),
        "module": operation.module(),
        "location": location,
        "kind": operation.kind().as_str(),
        "signals": operation.signals().names(),
        "breaker": operation.breaker().map(|breaker| breaker.name().to_owned()),
        "slow_threshold_seconds": operation.slow_threshold().map(|slow| slow.as_secs_f64()),
        "buckets": keys.buckets,
        "objective": operation.slo().map(objective),
        "labels": keys.labels,
        "sample": keys.sample.map(rule),
    })
}

fn objective(slo: Slo) -> Value {
    json!({ "latency_seconds": slo.latency().as_secs_f64(), "target": slo.target() })
}

/// A sampling rule as the attribute writes it.
fn rule(sample: Sample) -> Value {
    match sample {
        Sample::Always => "always".into(),
        Sample::Never => "never".into(),
        Sample::Share { ratio, .. } => ratio.into(),
    }
}
