#[telemetry_runtime::measure(buckets = [0.1, 0.5, 0.5, 0.25])]
fn quote() {}

fn main() {
    quote();
}
