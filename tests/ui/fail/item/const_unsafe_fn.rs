#[telemetry_runtime::measure]
const unsafe fn limit() -> u8 {
    1
}

const LIMIT: u8 = unsafe { limit() };

fn main() {
    let _ = LIMIT;
}
