//! Keys of functions that return a stream: its items are judged, its call is labelled and placed.

use std::pin::Pin;

use futures_util::{
    StreamExt,
    stream::{self, FusedStream, Stream},
};
use telemetry::{BreakerOpen, Context, current_span, span as begin, testing::TestTelemetry};
use telemetry_runtime as telemetry;

use super::support::{Fault, attribute, span};

#[telemetry::instrument("streams", labels(region = region), error_if = |n| *n > 8)]
fn labelled(region: &str, all: Vec<u32>) -> impl Stream<Item = u32> + use<> {
    stream::iter(all)
}

#[tokio::test]
async fn labels_are_taken_at_the_call_and_items_are_judged() {
    let telemetry = TestTelemetry::new();
    let region = String::from("eu");
    let stream = labelled(&region, vec![1, 2]);
    drop(region);
    assert_eq!(stream.collect::<Vec<_>>().await, [1, 2]);
    assert_eq!(labelled("us", vec![1, 9, 2]).collect::<Vec<_>>().await, [1, 9, 2]);
    let snapshot = telemetry.snapshot();
    let ended = |region, status| {
        let labels = [("operation", "labelled"), ("region", region), ("status", status)];
        snapshot.sum("adapter_requests_total", &labels)
    };
    assert_eq!((ended("eu", "success"), ended("us", "error")), (1, 1));
    assert_eq!((ended("eu", "error"), ended("us", "success")), (0, 0));
    let kinds = [("region", "us"), ("error_type", "error_if")];
    assert_eq!(snapshot.sum("adapter_errors_total", &kinds), 1);
}

#[telemetry::instrument("streams", parent = parent)]
fn placed(parent: &Context) -> impl FusedStream<Item = bool> + use<> {
    stream::repeat_with(|| current_span().is_sampled()).take(2).fuse()
}

#[telemetry::instrument("streams", parent = parent, labels(kind = "boxed"), sample = always)]
fn placed_box(parent: Context) -> Box<dyn Stream<Item = bool> + Send + Unpin> {
    drop(parent);
    Box::new(stream::iter([true]))
}

#[telemetry::trace("streams", parent = Context::NONE)]
fn apart() -> Pin<Box<dyn Stream<Item = bool> + Send>> {
    Box::pin(stream::once(async { current_span().is_sampled() }))
}

#[tokio::test]
async fn a_parent_is_current_during_polls_only() {
    let telemetry = TestTelemetry::new();
    let (origin, outer) = (begin("origin").start(), begin("outer").start());
    let mut stream = placed(&origin.context());
    assert_eq!((stream.size_hint(), stream.is_terminated()), ((2, Some(2)), false));
    let entered = outer.enter();
    assert_eq!(stream.next().await, Some(true));
    assert_eq!(current_span().span_id(), outer.context().span_context().span_id());
    drop(entered);
    assert_eq!(stream.next().await, Some(true));
    assert_eq!((stream.next().await, stream.is_terminated()), (None, true));
    assert_eq!(placed_box(origin.context()).collect::<Vec<_>>().await, [true]);
    let entered = outer.enter();
    let stream = apart();
    assert_eq!(stream.collect::<Vec<_>>().await, [true]);
    drop(entered);
    let of_origin = origin.context().span_context().clone();
    for name in ["streams.placed", "streams.placed_box"] {
        let data = span(&telemetry, name);
        assert_eq!(
            (data.parent_span_id, data.span_context.trace_id()),
            (of_origin.span_id(), of_origin.trace_id())
        );
    }
    assert_eq!(span(&telemetry, "streams.apart").parent_span_id, opentelemetry::SpanId::INVALID);
    assert_eq!(attribute(&telemetry, "streams.placed", "stream.items").as_deref(), Some("2"));
}

struct Feed;

/// A block's `ret` is for methods with one value.
#[telemetry::instrument_adapter("stream_block", ret, error_type = |_| "feed", breaker)]
impl Feed {
    fn ticks(&self, fails: bool) -> impl Stream<Item = Result<u32, Fault>> + use<> {
        stream::iter([Ok(1), if fails { Err(Fault::Down) } else { Ok(2) }])
    }

    #[telemetry(ok_if = |tick| !matches!(tick, Err(Fault::Down)))]
    fn lenient(&self) -> Pin<Box<dyn Stream<Item = Result<u32, Fault>> + Send>> {
        stream::iter([Err(Fault::NotFound), Ok(2)]).boxed()
    }

    fn count(&self) -> Result<u32, BreakerOpen> {
        Ok(2)
    }
}

#[tokio::test]
async fn defaults_of_a_block_fit_its_streams() {
    let telemetry = TestTelemetry::new();
    assert_eq!(Feed.ticks(true).collect::<Vec<_>>().await, [Ok(1), Err(Fault::Down)]);
    assert_eq!(Feed.lenient().count().await, 2);
    assert_eq!(Feed.count(), Ok(2));
    telemetry.call("stream_block", "ticks").assert_status("error", 1).assert_errors("feed", 1);
    telemetry.call("stream_block", "lenient").assert_status("success", 1);
    assert_eq!(attribute(&telemetry, "stream_block.ticks", "return"), None);
    assert_eq!(attribute(&telemetry, "stream_block.count", "return").as_deref(), Some("2"));
}

#[telemetry::instrument("streams", parent = Context::NONE, labels(kind = "copies"))]
fn copied() -> impl FusedStream<Item = u8> + Clone {
    stream::repeat(7)
}

#[tokio::test]
async fn a_copy_is_a_call_of_its_own() {
    let telemetry = TestTelemetry::new();
    let mut first = copied();
    assert_eq!(first.next().await, Some(7));
    let mut second = first.clone();
    assert_eq!(second.next().await, Some(7));
    drop((first, second));
    telemetry.call("streams", "copied").assert_status("cancelled", 2);
}

#[telemetry::trace("streams", sample = never)]
fn unseen() -> impl Stream<Item = bool> {
    stream::once(async { current_span().is_sampled() })
}

#[tokio::test]
async fn a_rule_of_its_own() {
    let telemetry = TestTelemetry::new();
    assert_eq!(unseen().collect::<Vec<_>>().await, [false]);
    assert!(telemetry.spans().is_empty(), "{}", telemetry.tree());
    telemetry.call("streams", "unseen").assert_status("success", 1);
}
