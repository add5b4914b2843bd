fn unit() {}

#[telemetry_runtime::instrument(fallback(unit, on = error))]
fn nothing() {}

fn spare() -> std::pin::Pin<Box<dyn Future<Output = u8>>> {
    Box::pin(async { 1 })
}

#[telemetry_runtime::instrument(breaker, fallback = spare)]
fn returned() -> std::pin::Pin<Box<dyn Future<Output = u8>>> {
    Box::pin(async { 1 })
}

fn never() -> ! {
    panic!()
}

#[telemetry_runtime::instrument(breaker, fallback = never)]
fn endless() -> ! {
    panic!()
}

fn main() {}
