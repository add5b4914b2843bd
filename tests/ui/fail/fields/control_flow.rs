#[telemetry_runtime::trace(fields(id = id?))]
fn question(id: Option<u8>) -> Option<u8> { Some(1) }

#[telemetry_runtime::trace(fields(id = match id { 0 => return false, id => id }))]
fn early(id: u8) -> bool { true }

#[telemetry_runtime::trace(fields(id = async { 1 }.await, missing = nowhere))]
async fn late() -> u8 { 1 }

fn main() {}
