#[telemetry_runtime::track_errors]
pub trait Store {
    fn get(&self) {}
}

fn main() {}
