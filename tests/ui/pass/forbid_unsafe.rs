#![forbid(unsafe_code)]
#![deny(warnings)]

#[telemetry_runtime::instrument]
fn sync(n: u8) -> Result<u8, String> {
    Ok(n)
}

#[telemetry_runtime::instrument]
async fn later(n: u8) -> Result<u8, String> {
    Ok(n)
}

fn main() {
    let _ = sync(1);
    drop(later(1));
}
