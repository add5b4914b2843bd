#[telemetry_runtime::instrument]
async fn quote(text: &str) -> Result<u8, std::fmt::Error> {
    Ok(text.parse::<u8>()?)
}

fn main() {}
