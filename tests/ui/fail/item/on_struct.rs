#[telemetry_runtime::instrument]
pub struct Store;

fn main() {
    let _ = Store;
}
