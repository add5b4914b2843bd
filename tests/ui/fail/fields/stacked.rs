#[telemetry_runtime::trace(fields(a, b))]
#[telemetry_runtime::instrument(fields(c, ?b))]
fn twice(a: u8, b: u8, c: u8) -> u8 { a + b + c }

fn main() {}
