#[derive(telemetry_runtime::ErrorType)]
union Fault {
    a: u8,
}

fn main() {}
