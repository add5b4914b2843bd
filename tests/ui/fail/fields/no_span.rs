#[telemetry_runtime::measure(fields(a = 1))]
fn measured() {}

#[telemetry_runtime::track_errors("config", fields(a = 1))]
fn tracked() -> Result<(), String> { Ok(()) }

fn main() {}
