struct Region;

#[telemetry_runtime::measure(labels(region, ratio = 0.5))]
fn quote(region: Region) {
    drop(region);
}

fn main() {
    quote(Region);
}
