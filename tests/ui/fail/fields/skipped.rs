struct Store;

#[telemetry_runtime::instrument_adapter]
impl Store {
    #[telemetry(skip, fields(a = 1))]
    fn get(&self) {}
    #[telemetry(fields(a = 1))]
    #[telemetry(fields(b = 2))]
    fn put(&self) {}
}

fn main() {}
