#[telemetry_runtime::trace]
unsafe extern "C" {
    fn abort() -> !;
}

fn main() {}
