#[telemetry_runtime::instrument(breaker(failure_rate = 50, minimum_calls = 0, window = "0s", lease = 5))]
fn quote() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = quote();
}
