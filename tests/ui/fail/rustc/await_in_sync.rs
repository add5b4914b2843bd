#[telemetry_runtime::instrument]
fn quote() -> u8 {
    std::future::ready(1).await
}

fn main() {}
