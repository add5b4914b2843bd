#[telemetry_runtime::instrument]
extern crate core as other;

fn main() {}
