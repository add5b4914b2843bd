#[telemetry_runtime::instrument(breaker, fallback = 1 + 1)]
fn number() -> Result<u8, String> {
    Ok(1)
}

#[telemetry_runtime::instrument(breaker, fallback = || Ok(1))]
fn closure() -> Result<u8, String> {
    Ok(1)
}

#[telemetry_runtime::instrument(breaker, fallback())]
fn empty() -> Result<u8, String> {
    Ok(1)
}

#[telemetry_runtime::instrument(breaker, fallback = )]
fn missing() -> Result<u8, String> {
    Ok(1)
}

fn main() {}
