struct Store;

#[telemetry_runtime::instrument_adapter]
impl Store {
    #[telemetri(name = "get")]
    fn read(&self) {}

    #[telemtry(skip)]
    fn write(&self) {}
}

fn main() {
    (Store.read(), Store.write());
}
