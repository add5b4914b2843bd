use futures_util::Stream;

#[telemetry_runtime::instrument]
fn ticks() -> impl Stream<Item = u8> {
    futures_util::stream::iter(["a"])
}

fn main() {}
