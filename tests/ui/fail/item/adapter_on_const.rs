#[telemetry_runtime::instrument_adapter]
const STORE: u8 = 1;

fn main() {
    let _ = STORE;
}
