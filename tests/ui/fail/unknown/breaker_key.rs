#[telemetry_runtime::instrument(breaker(failure_rat = 0.5, "shared"))]
fn quote() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = quote();
}
