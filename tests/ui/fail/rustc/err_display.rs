struct Opaque;

#[telemetry_runtime::instrument(err(Display))]
fn quote() -> Result<u8, Opaque> {
    Ok(1)
}

fn main() {}
