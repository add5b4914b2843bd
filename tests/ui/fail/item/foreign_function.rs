unsafe extern "C" {
    #[telemetry_runtime::instrument]
    fn abort() -> !;
}

fn main() {}
