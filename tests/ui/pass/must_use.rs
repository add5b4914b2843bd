#![deny(warnings)]
use telemetry_runtime as telemetry;

#[telemetry::instrument]
#[must_use = "a value"]
fn sync() -> u8 {
    1
}

#[must_use]
#[telemetry::instrument]
async fn later() -> u8 {
    1
}

fn main() {
    #[expect(unused_must_use)]
    sync();
    #[expect(unused_must_use)]
    later();
}
