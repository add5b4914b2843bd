#[telemetry_runtime::telemetry(skip)]
struct Store;

fn main() {
    let _ = Store;
}
