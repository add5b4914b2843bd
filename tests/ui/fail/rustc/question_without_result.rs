#[telemetry_runtime::instrument]
fn quote(text: &str) -> u8 {
    text.parse::<u8>()?
}

fn main() {}
