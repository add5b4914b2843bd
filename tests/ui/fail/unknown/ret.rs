#[telemetry_runtime::instrument(ret(Dbug))]
fn quote() -> u8 {
    1
}

fn main() {
    quote();
}
