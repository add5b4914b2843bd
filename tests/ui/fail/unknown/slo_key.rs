#[telemetry_runtime::measure(slo(latncy = "250ms", target = 99.9, window = "30d"))]
fn quote() {}

fn main() {
    quote();
}
