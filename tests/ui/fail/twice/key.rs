#[telemetry_runtime::instrument("a", provider = "b", name = "x", name = "y")]
fn quote() {}

fn main() {
    quote();
}
