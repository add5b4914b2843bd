#[telemetry_runtime::trace(fields(a, http.route = "/a", ?a, "http.route" = a))]
fn twice(_a: u8) {}

#[telemetry_runtime::instrument(fields(provider = 1, error.type = 2, code.line.number = 3, otel.kind = 4, operation))]
fn reserved() {}

#[telemetry_runtime::trace(fields(1 = a, http.2 = a, http-route = a, "" = a, self))]
fn bad() {}

fn main() {}
