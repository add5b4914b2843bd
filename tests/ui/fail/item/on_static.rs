#[telemetry_runtime::instrument]
static LIMIT: u8 = 1;

fn main() {
    let _ = LIMIT;
}
