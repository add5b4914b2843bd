#[telemetry_runtime::instrument]
const fn limit() -> u8 {
    1
}

const LIMIT: u8 = limit();

fn main() {
    let _ = LIMIT;
}
