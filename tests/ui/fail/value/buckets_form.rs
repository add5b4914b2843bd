#[telemetry_runtime::measure(buckets = 0.1)]
fn number() {}

#[telemetry_runtime::measure(buckets = [])]
fn empty() {}

#[telemetry_runtime::measure(buckets(0.1, 0.2))]
fn list() {}

fn main() {
    (number(), empty(), list());
}
