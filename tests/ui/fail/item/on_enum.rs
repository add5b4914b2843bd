#[telemetry_runtime::trace(name = "fault")]
enum Fault {}

fn main() {}
