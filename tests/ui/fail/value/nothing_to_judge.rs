#[telemetry_runtime::instrument(ret, ok_if = |_| true)]
fn unit() {}

#[telemetry_runtime::track_errors(error_type = |_| "x")]
async fn nothing() {}

fn main() {
    unit();
    drop(nothing());
}
