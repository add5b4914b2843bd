fn check(_: &u8) -> bool {
    true
}

#[telemetry_runtime::instrument(ok_if = check name = "quote")]
fn quote() -> u8 {
    1
}

#[telemetry_runtime::instrument(name = "news" ok_if = check)]
fn news() -> u8 {
    1
}

fn main() {
    let _ = (quote(), news());
}
