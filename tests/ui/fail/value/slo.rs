#[telemetry_runtime::measure(slo(latency = "0s", target = 100))]
fn bounds() {}

#[telemetry_runtime::measure(slo(latency = "250 ms", target = "99"))]
fn types() {}

#[telemetry_runtime::measure(slo(target = 99.9))]
fn missing() {}

#[telemetry_runtime::measure(slo = 99.9)]
fn form() {}

fn main() {
    (bounds(), types(), missing(), form());
}
