#[telemetry_runtime::instrument_adapter]
mod store {}

fn main() {}
