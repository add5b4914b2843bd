#[telemetry_runtime::instrument(breaker(window = "1s", window_calls = 5, minimum_calls = 6))]
fn quote() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = quote();
}
