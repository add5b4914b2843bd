fn f(_: &String) -> &'static str {
    "f"
}

#[telemetry_runtime::instrument(ret, ret(Display), level = warn, level = info, error_type = f, error_type = f)]
fn quote() -> Result<u8, String> {
    Ok(1)
}

fn main() {
    let _ = quote();
}
