#[telemetry_runtime::trace(sample = sometimes)]
fn quote() {}

#[telemetry_runtime::trace(sample = alway)]
fn news() {}

fn main() {
    (quote(), news());
}
