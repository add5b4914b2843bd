struct Store;

#[telemetry_runtime::instrument_adapter(name = "store", include)]
impl Store {}

fn main() {}
