#[telemetry_runtime::instrument]
use std::fmt;

fn main() -> fmt::Result {
    Ok(())
}
