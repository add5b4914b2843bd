#[telemetry_runtime::trace(fields())]
fn empty() {}

#[telemetry_runtime::trace(fields)]
fn word() {}

#[telemetry_runtime::trace(fields = "a")]
fn value() {}

fn main() {}
