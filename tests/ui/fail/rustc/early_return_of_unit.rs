#[telemetry_runtime::instrument]
fn quote(early: bool) {
    if early {
        return 1;
    }
}

fn main() {}
