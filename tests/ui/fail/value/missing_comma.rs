#[telemetry_runtime::instrument("finnhub" name = "quote" kind = clinet,, slow = "1s")]
fn quote() {}

fn main() {
    quote();
}
