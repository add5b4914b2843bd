#![deny(unused_must_use)]

#[telemetry_runtime::instrument]
#[must_use]
async fn quote() -> u8 {
    1
}

async fn ignores() {
    quote().await;
    quote();
}

fn main() {
    drop(ignores());
}
