struct Store;

impl Store {
    #[telemetry_runtime::telemetry(name = "get")]
    fn read(&self) {}
}

fn main() {
    Store.read();
}
