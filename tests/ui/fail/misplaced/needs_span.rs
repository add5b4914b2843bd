#[telemetry_runtime::measure(ret, links = [], parent = telemetry_runtime::Context::NONE, sample = never)]
fn quote() -> u8 {
    1
}

#[telemetry_runtime::track_errors("config", ret(Debug))]
fn news() -> Result<u8, String> {
    Ok(1)
}

fn main() {
    let _ = (quote(), news());
}
