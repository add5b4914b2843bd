use futures_util::Stream;

#[telemetry_runtime::instrument(breaker)]
fn ticks(n: u8) -> impl Stream<Item = u8> {
    futures_util::stream::iter(0..n)
}

fn main() {}
