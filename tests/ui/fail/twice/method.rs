struct Store;

#[telemetry_runtime::instrument_adapter]
impl Store {
    #[telemetry(name = "x")]
    #[telemetry(name = "y")]
    fn get(&self) {}
}

fn main() {}
