#[derive(telemetry_runtime::ErrorType)]
enum Fault {
    #[error_type("")]
    A,
    #[error_type(transparent)]
    B(u8, u8),
    #[error_type("c", transparant)]
    C,
}

fn main() {}
