//! A stream begins when the arguments are gone.

#[telemetry_runtime::instrument(breaker, fallback = empty)]
fn ticks(n: u8) -> impl futures_util::Stream<Item = u8> {
    futures_util::stream::iter([n])
}

#[telemetry_runtime::instrument(fallback(empty_box, on = error))]
fn boxed(n: u8) -> futures_util::stream::BoxStream<'static, u8> {
    Box::pin(futures_util::stream::iter([n]))
}

fn main() {}
