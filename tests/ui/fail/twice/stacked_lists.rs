#[telemetry_runtime::measure(labels(a = 1, b = 2), buckets = [1.0])]
#[telemetry_runtime::instrument(labels(b = 2), buckets = [2.0])]
fn quote() {}

fn main() {
    quote();
}
