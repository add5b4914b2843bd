struct Store;

#[telemetry_runtime::instrument_adapter]
impl Store {
    #[telemetry(skip, include, name = "x")]
    fn get(&self) {}
}

fn main() {}
