#[telemetry_runtime::instrument(skip_all)]
fn all(_secret: &str) {}

#[telemetry_runtime::trace(skip(secret))]
fn some(secret: &str) {
    let _ = secret;
}

struct Store;

#[telemetry_runtime::instrument_adapter(skip_all)]
impl Store {}

fn main() {}
