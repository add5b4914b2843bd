fn spare() -> u8 {
    1
}

#[telemetry_runtime::instrument(fallback = spare)]
fn quote() -> u8 {
    1
}

fn main() {
    quote();
}
