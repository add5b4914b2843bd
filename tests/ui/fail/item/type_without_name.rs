trait Store {
    fn get(&self) {}
}

#[telemetry_runtime::instrument_adapter]
impl Store for (u8, u8) {}

fn main() {}
