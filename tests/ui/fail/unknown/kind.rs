#[telemetry_runtime::instrument(kind = clinet, err(debug))]
fn quote() {}

fn main() {
    quote();
}
