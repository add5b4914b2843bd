fn label(_: &u8) -> &'static str {
    "x"
}

#[telemetry_runtime::instrument(error_type = label)]
fn quote() -> u8 {
    1
}

fn main() {
    quote();
}
