use telemetry_runtime::telemetry;

#[telemetry(skip)]
fn quote() {}

fn main() {
    quote();
}
