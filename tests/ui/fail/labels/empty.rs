#[telemetry_runtime::measure(labels())]
fn nothing() {}

#[telemetry_runtime::measure(labels = region)]
fn form(region: &str) {}

#[telemetry_runtime::measure(labels(region = ))]
fn no_value(region: &str) {}

fn main() {
    (nothing(), form(""), no_value(""));
}
