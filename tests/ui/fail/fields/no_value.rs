#[telemetry_runtime::trace(fields(http.route, "quoted", ?url.path, key =, other = ?, self.x, %self.a.b))]
fn missing() {}

#[telemetry_runtime::trace(fields(?a = 1, b = let, c = 1 d = 2, e.len(), , f == 1))]
fn malformed() {}

fn main() {}
