fn check(_: &u8) -> bool {
    true
}

#[telemetry_runtime::instrument(ok_if = check, error_if = check)]
fn quote() -> u8 {
    1
}

#[telemetry_runtime::measure(ok_if = check)]
#[telemetry_runtime::trace(error_if = check)]
fn stacked() -> u8 {
    1
}

fn main() {
    let _ = (quote(), stacked());
}
