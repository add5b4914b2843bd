#[telemetry_runtime::instrument_adapter]
pub async fn get() {}

fn main() {
    drop(get());
}
