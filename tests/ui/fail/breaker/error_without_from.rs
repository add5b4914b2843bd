#[telemetry_runtime::instrument(breaker)]
fn sync() -> Result<u8, String> {
    Ok(1)
}

#[telemetry_runtime::instrument(breaker)]
async fn later() -> Option<u8> {
    None
}

fn main() {}
