#[telemetry_runtime::instrument]
mod store {}

fn main() {}
