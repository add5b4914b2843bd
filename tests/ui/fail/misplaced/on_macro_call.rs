macro_rules! none {
    () => {};
}

struct Store;

#[telemetry_runtime::instrument_adapter]
impl Store {
    #[telemetry(skip)]
    none!();
}

fn main() {
    let _ = Store;
}
