#[telemetry_runtime::instrument]
fn quote(n: u8) -> u8 {
    match n {
        0 => 1,
    }
}

fn main() {}
