#[telemetry_runtime::instrument]
macro_rules! made {
    () => {};
}

fn main() {
    made!();
}
