#[telemetry_runtime::track_errors(level = wran)]
fn quote() -> Result<(), String> {
    Ok(())
}

fn main() {
    let _ = quote();
}
