fn spare() -> Result<u8, String> {
    Ok(1)
}

#[telemetry_runtime::instrument(fallback(spare, on = eror))]
fn quote() -> Result<u8, String> {
    Ok(1)
}

#[telemetry_runtime::instrument(fallback(spare, when = error))]
fn news() -> Result<u8, String> {
    Ok(1)
}

fn main() {
    let _ = (quote(), news());
}
