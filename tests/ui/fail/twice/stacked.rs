#[telemetry_runtime::trace(name = "x")]
#[telemetry_runtime::measure(name = "y", slow = "1s")]
#[telemetry_runtime::instrument(name = "z", err(Debug))]
fn quote() -> Result<(), ()> {
    Ok(())
}

fn main() {
    let _ = quote();
}
