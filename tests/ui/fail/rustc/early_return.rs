#[telemetry_runtime::instrument]
async fn quote(early: bool) -> Result<u8, String> {
    if early {
        return 1;
    }
    Ok(1)
}

fn main() {}
