#[telemetry_runtime::instrument_adapter]
use std::fmt as _;

fn main() {}
