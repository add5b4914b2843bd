//! The span of a stream begins with its first poll.

#[telemetry_runtime::trace(links = [context])]
fn ticks(context: telemetry_runtime::Context) -> impl futures_util::Stream<Item = u8> {
    drop(context);
    futures_util::stream::iter([1])
}

fn main() {}
