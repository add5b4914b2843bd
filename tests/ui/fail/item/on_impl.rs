struct Store;

#[telemetry_runtime::instrument]
impl Store {
    fn get(&self) {}
}

fn main() {
    Store.get();
}
