#[telemetry_runtime::instrument]
async fn quote(symbol: &str) -> usize {
    symbol.len()
}

fn main() {
    drop(quote(1));
}
