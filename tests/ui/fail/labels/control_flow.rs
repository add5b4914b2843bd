#[telemetry_runtime::measure(labels(region = region?))]
fn quote(region: Option<&str>) -> Option<usize> {
    Some(region?.len())
}

fn main() {
    quote(None);
}
