struct Store;

#[telemetry_runtime::instrument_adapter]
impl Store {
    #[telemetry(name = "limit")]
    const LIMIT: u8 = 1;

    #[telemetry]
    fn get(&self) {}
}

fn main() {}
