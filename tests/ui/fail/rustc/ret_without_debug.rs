struct Opaque;

#[telemetry_runtime::instrument(ret)]
fn quote() -> Result<Opaque, String> {
    Ok(Opaque)
}

#[telemetry_runtime::instrument(ret(Display))]
async fn news() -> Opaque {
    Opaque
}

fn main() {
    let _ = quote();
    drop(news());
}
