fn spare(_: (u8, u8)) -> Result<u8, String> {
    Ok(1)
}

#[telemetry_runtime::instrument(breaker = "quotes", fallback = spare, labels(a))]
fn quote((a, _): (u8, u8)) -> Result<u8, String> {
    Ok(a)
}

fn main() {
    let _ = quote((1, 1));
}
