#[telemetry_runtime::instrument]
fn quote(price: u32) -> Result<String, String> {
    let text: String = price;
    Ok(text)
}

fn main() {}
