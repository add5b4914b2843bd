struct Store;

impl Store {
    #[telemetry_runtime::instrument]
    const fn limit(&self) -> u8 {
        1
    }
}

fn main() {
    const _: u8 = Store.limit();
}
