struct Store;

impl Store {
    #[telemetry_runtime::instrument_adapter]
    fn get(&self) {}
}

fn main() {
    Store.get();
}
