#[telemetry_runtime::measure(buckets = [0.0, -1.0, "1s", 1e999, 2.0])]
fn quote() {}

fn main() {
    quote();
}
