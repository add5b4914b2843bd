#[telemetry_runtime::measure(err(off), error_type = f, level = warn)]
fn quote() {}

#[telemetry_runtime::trace(level = warn)]
fn news() {}

fn main() {
    (quote(), news());
}
