struct Store;

#[telemetry_runtime::instrument_adapter]
impl Store {
    #[telemetrie]
    const LIMIT: u8 = 1;
}

fn main() {
    let _ = (Store, Store::LIMIT);
}
