#[telemetry_runtime::instrument]
fn quote() -> Result<u8, String> {
    "one"
}

fn main() {}
