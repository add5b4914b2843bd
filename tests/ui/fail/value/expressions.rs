#[telemetry_runtime::instrument(ok_if = , parent = let, name = "")]
fn quote() -> u8 {
    1
}

#[telemetry_runtime::instrument(error_type(f), links)]
fn news() -> Result<u8, String> {
    Ok(1)
}

fn main() {
    let _ = (quote(), news());
}
