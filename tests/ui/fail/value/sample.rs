#[telemetry_runtime::trace(sample = 1.5)]
fn more() {}

#[telemetry_runtime::trace(sample = 0)]
fn none() {}

#[telemetry_runtime::trace(sample = -0.5)]
fn negative() {}

#[telemetry_runtime::trace(sample = "0.5")]
fn text() {}

fn main() {
    (more(), none(), negative(), text());
}
