#[telemetry_runtime::instrument(breaker(off))]
fn quote() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = quote();
}
