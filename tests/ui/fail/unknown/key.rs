#[telemetry_runtime::trace(nmae = "quote", retries = 3)]
fn quote() {}

#[telemetry_runtime::measure(kind = client)]
fn news() {}

fn main() {
    (quote(), news());
}
