#[telemetry_runtime::instrument("", name = " ")]
fn quote() {}

fn main() {
    quote();
}
