//! A stream has no one value.

#[telemetry_runtime::trace(ret)]
fn ticks() -> impl futures_util::Stream<Item = u8> {
    futures_util::stream::iter([1])
}

fn main() {}
