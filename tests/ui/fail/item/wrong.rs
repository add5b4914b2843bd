#[telemetry_runtime::instrument]
struct Store;

#[telemetry_runtime::trace]
impl Store {}

#[telemetry_runtime::instrument_adapter]
fn get() {}

#[telemetry_runtime::instrument_adapter]
enum Fault {}

fn main() {
    let _ = (Store, get());
}
