#[telemetry_runtime::instrument(parent = "00-abc")]
fn quote() {}

#[telemetry_runtime::instrument(links = [1])]
fn news() {}

fn main() {
    quote();
    news();
}
