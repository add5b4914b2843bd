#[telemetry_runtime::instrument]
fn quote(n: u8) -> u8 {
    n += 1;
    n
}

fn main() {}
