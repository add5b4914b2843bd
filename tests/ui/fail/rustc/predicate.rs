fn check(_: &u32) -> bool {
    true
}

#[telemetry_runtime::instrument(ok_if = check)]
fn quote() -> u8 {
    1
}

#[telemetry_runtime::instrument(error_if = |n| n.missing())]
async fn news() -> u8 {
    1
}

fn main() {
    quote();
    drop(news());
}
