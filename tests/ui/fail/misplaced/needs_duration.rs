#[telemetry_runtime::trace(buckets = [1.0], slo(latency = "1s", target = 99), slow = "1s")]
fn quote() {}

#[telemetry_runtime::track_errors(buckets = [1.0])]
fn news() -> Result<u8, String> {
    Ok(1)
}

fn main() {
    let _ = (quote(), news());
}
