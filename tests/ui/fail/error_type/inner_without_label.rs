struct Inner;

#[derive(telemetry_runtime::ErrorType)]
#[error_type(transparent)]
struct Fault(Inner);

fn main() {}
