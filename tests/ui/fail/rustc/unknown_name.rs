#[telemetry_runtime::instrument]
fn quote(symbol: &str) -> usize {
    symbl.len()
}

fn main() {}
