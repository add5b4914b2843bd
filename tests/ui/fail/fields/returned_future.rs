#[telemetry_runtime::instrument(fields(id))]
fn opaque(id: u8) -> impl Future<Output = u8> { async move { id } }

#[telemetry_runtime::measure]
#[telemetry_runtime::trace(fields(id))]
fn boxed(id: u8) -> std::pin::Pin<Box<dyn Future<Output = u8>>> { Box::pin(async move { id }) }

fn main() {}
