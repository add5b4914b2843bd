struct Store;

#[telemetry_runtime::instrument_adapter(name = "store", providr = "x")]
impl Store {}

fn main() {}
