struct Store;

#[telemetry_runtime::instrument_adapter]
impl Store {
    #[telemetry(include)]
    const fn limit(&self) -> u8 {
        1
    }
}

fn main() {
    const _: u8 = Store.limit();
}
