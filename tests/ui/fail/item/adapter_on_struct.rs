#[telemetry_runtime::instrument_adapter]
struct Store;

fn main() {
    let _ = Store;
}
