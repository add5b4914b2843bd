struct Store;

#[telemetry_runtime::instrument_adapter]
impl Store {
    #[telemetry = "get"]
    fn read(&self) {}
}

fn main() {
    Store.read();
}
