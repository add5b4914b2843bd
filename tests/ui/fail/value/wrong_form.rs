#[telemetry_runtime::instrument(name("quote"), kind = "client", err = off, slow)]
fn quote() {}

#[telemetry_runtime::instrument(name =, crate = 5)]
fn news() {}

fn main() {
    (quote(), news());
}
