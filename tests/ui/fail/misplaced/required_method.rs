#[telemetry_runtime::instrument_adapter]
trait Store {
    #[telemetry(name = "get")]
    fn read(&self);
}

fn main() {}
