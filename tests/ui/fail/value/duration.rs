#[telemetry_runtime::measure(slow = "5 parsecs")]
fn unit() {}

#[telemetry_runtime::measure(slow = 500)]
fn number() {}

fn main() {
    (unit(), number());
}
