#[telemetry_runtime::instrument]
async fn quote() -> u8 {
    1;
}

fn main() {}
