#[telemetry_runtime::instrument]
fn quote(early: bool) -> Option<u8> {
    if early {
        return "early";
    }
    None
}

fn main() {}
