struct Store;

#[telemetry_runtime::instrument_adapter("")]
impl Store {
    #[telemetry(slow = "1")]
    fn get(&self) {}

    #[telemetry(retries = 3)]
    fn put(&self) {}
}

fn main() {
    (Store.get(), Store.put());
}
