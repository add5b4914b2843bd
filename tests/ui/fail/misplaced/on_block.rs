struct Store;

#[telemetry_runtime::telemetry(provider = "store")]
impl Store {}

fn main() {
    let _ = Store;
}
