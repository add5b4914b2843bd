#[telemetry_runtime::instrument(breaker)]
fn get() -> Option<u8> {
    None
}

fn main() {}
