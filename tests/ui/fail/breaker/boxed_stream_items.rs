use futures_util::stream::BoxStream;

#[telemetry_runtime::instrument(breaker)]
fn ticks() -> BoxStream<'static, Result<u8, String>> {
    Box::pin(futures_util::stream::iter([Ok(1)]))
}

fn main() {}
