//! A stream is one call, from its first poll to its end.

use std::{
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
    time::Duration,
};

use futures_util::{
    StreamExt,
    stream::{self, BoxStream, FusedStream, LocalBoxStream, Stream},
};
use telemetry::{BreakerOpen, testing::TestTelemetry};
use telemetry_runtime as telemetry;

#[derive(Debug, PartialEq, telemetry::ErrorType)]
enum Fault {
    Down,
    Late,
    Open,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "feed is {self:?}")
    }
}

impl From<BreakerOpen> for Fault {
    fn from(_open: BreakerOpen) -> Self {
        Self::Open
    }
}

struct Feed(Vec<u32>);

#[telemetry::instrument_adapter]
impl Feed {
    fn ticks(&self) -> impl Stream<Item = u32> + Send + '_ {
        stream::iter(self.0.iter().copied())
    }

    fn boxed(&self) -> BoxStream<'_, u32> {
        self.ticks_unmeasured().boxed()
    }

    fn local(&self, by: std::rc::Rc<u32>) -> LocalBoxStream<'_, u32> {
        self.ticks_unmeasured().map(move |tick| tick * *by).boxed_local()
    }

    fn pinned<'a>(&'a self) -> Pin<Box<dyn Stream<Item = u32> + Send + 'a>> {
        Box::pin(self.ticks_unmeasured())
    }

    fn results(&self) -> impl Stream<Item = Result<u32, Fault>> {
        let all = self.0.iter().map(|tick| match tick {
            0 => Err(Fault::Down),
            1 => Err(Fault::Late),
            tick => Ok(*tick),
        });
        stream::iter(all.collect::<Vec<_>>())
    }

    fn fused(&self) -> impl FusedStream<Item = u32> + Clone + use<> {
        stream::repeat(7)
    }

    #[telemetry(skip)]
    fn ticks_unmeasured(&self) -> impl Stream<Item = u32> + Send + '_ {
        stream::iter(self.0.iter().copied())
    }
}

#[telemetry::instrument("feed")]
fn panics(at: u32) -> impl Stream<Item = u32> {
    stream::iter(0..).inspect(move |tick| assert!(*tick < at, "on purpose"))
}

#[telemetry::instrument("feed", breaker(minimum_calls = 1, window = "1m", open_for = "1m"))]
fn protected(fails: bool) -> BoxStream<'static, Result<u32, Fault>> {
    stream::iter([if fails { Err(Fault::Down) } else { Ok(1) }]).boxed()
}

#[telemetry::instrument("feed", breaker = "ticks")]
fn protected_opaque() -> impl Stream<Item = Result<u32, Fault>> {
    stream::iter([Ok(1), Ok(2)])
}

#[telemetry::instrument("feed")]
fn nested() -> impl Stream<Item = u64> {
    stream::once(async {
        tokio::task::yield_now().await;
        u64::from(inner())
    })
}

#[telemetry::instrument("feed")]
fn inner() -> u8 {
    1
}

fn next<S: Stream>(stream: Pin<&mut S>) -> Poll<Option<S::Item>> {
    stream.poll_next(&mut Context::from_waker(Waker::noop()))
}

/// The attribute `stream.items` of the only span of this name.
fn items(telemetry: &TestTelemetry, span: &str) -> Option<String> {
    let spans = telemetry.spans();
    let span = spans.iter().find(|data| data.name == span)?;
    let items = span.attributes.iter().find(|kv| kv.key.as_str() == "stream.items")?;
    Some(items.value.to_string())
}

#[tokio::test]
async fn every_form_is_one_call_and_tells_its_items() {
    let telemetry = TestTelemetry::new();
    let feed = Feed(vec![3, 4]);
    assert_eq!(feed.ticks().collect::<Vec<_>>().await, [3, 4]);
    assert_eq!(feed.boxed().collect::<Vec<_>>().await, [3, 4]);
    assert_eq!(feed.local(std::rc::Rc::new(2)).collect::<Vec<_>>().await, [6, 8]);
    assert_eq!(feed.pinned().collect::<Vec<_>>().await, [3, 4]);
    for operation in ["ticks", "boxed", "local", "pinned"] {
        telemetry.call("feed", operation).assert_once().assert_status("success", 1).assert_none_active();
        assert_eq!(items(&telemetry, &format!("feed.{operation}")).as_deref(), Some("2"), "{operation}");
    }
}

#[test]
fn the_call_lasts_from_the_first_poll_to_none() {
    let telemetry = TestTelemetry::new();
    let feed = Feed(vec![3]);
    let mut stream = pin!(feed.ticks());
    telemetry.advance(Duration::from_secs(5));
    telemetry.call("feed", "ticks").assert_times(0);
    assert_eq!(next(stream.as_mut()), Poll::Ready(Some(3)));
    telemetry.advance(Duration::from_secs(1));
    let active = telemetry.snapshot().value("adapter_active_requests", &[("provider", "feed")]).cloned();
    assert_eq!(active, Some(telemetry::Value::Gauge(1.0)));
    assert_eq!(next(stream.as_mut()), Poll::Ready(None));
    assert_eq!(next(stream.as_mut()), Poll::Ready(None), "polled on after its end");
    let calls = telemetry.call("feed", "ticks");
    calls.assert_once().assert_status("success", 1).assert_none_active();
    assert_eq!(calls.durations().map(|durations| durations.sum()), Some(1.0));
}

#[test]
fn a_dropped_stream_is_cancelled_only_if_it_was_polled() {
    let telemetry = TestTelemetry::new();
    let feed = Feed(vec![3, 4]);
    drop(feed.ticks());
    drop(feed.boxed());
    telemetry.call("feed", "ticks").assert_times(0);
    telemetry.call("feed", "boxed").assert_times(0);
    {
        let mut stream = pin!(feed.ticks());
        assert!(next(stream.as_mut()).is_ready());
    }
    telemetry.call("feed", "ticks").assert_once().assert_status("cancelled", 1).assert_none_active();
    assert_eq!(items(&telemetry, "feed.ticks").as_deref(), Some("1"));
}

#[tokio::test]
async fn the_first_error_decides_and_the_stream_goes_on() {
    let telemetry = TestTelemetry::new();
    let seen = Feed(vec![2, 0, 1, 5]).results().collect::<Vec<_>>().await;
    assert_eq!(seen, [Ok(2), Err(Fault::Down), Err(Fault::Late), Ok(5)]);
    let calls = telemetry.call("feed", "results");
    calls.assert_once().assert_status("error", 1).assert_errors("down", 1).assert_errors("late", 0);
    calls.assert_none_active();
    let spans = telemetry.spans();
    let events: Vec<_> = spans[0].events.iter().map(|event| (&*event.name, &event.attributes)).collect();
    let [("exception", attributes)] = &events[..] else { panic!("{events:?}") };
    let message = attributes.iter().find(|kv| kv.key.as_str() == "exception.message");
    assert_eq!(message.map(|kv| kv.value.to_string()).as_deref(), Some("feed is Down"));
    assert_eq!(items(&telemetry, "feed.results").as_deref(), Some("4"));
}

#[test]
fn whoever_stops_at_an_error_has_met_an_error() {
    let telemetry = TestTelemetry::new();
    {
        let feed = Feed(vec![2, 1, 3]);
        let mut stream = pin!(feed.results());
        while let Poll::Ready(Some(Ok(_))) = next(stream.as_mut()) {}
    }
    telemetry.call("feed", "results").assert_once().assert_errors("late", 1).assert_none_active();
}

#[test]
fn a_panic_inside_a_poll_is_a_panic() {
    let telemetry = TestTelemetry::new();
    let outcome = std::panic::catch_unwind(|| {
        let mut stream = pin!(panics(2));
        while next(stream.as_mut()).is_ready() {}
    });
    assert!(outcome.is_err());
    telemetry.call("feed", "panics").assert_once().assert_status("panicked", 1).assert_none_active();
    assert_eq!(items(&telemetry, "feed.panics").as_deref(), Some("2"));
    assert!(!telemetry::current_span().is_valid());
}

#[tokio::test]
async fn a_breaker_refuses_with_one_item() {
    let telemetry = TestTelemetry::new();
    assert_eq!(protected(false).collect::<Vec<_>>().await, [Ok(1)]);
    assert_eq!(protected(true).collect::<Vec<_>>().await, [Err(Fault::Down)]);
    assert_eq!(protected(false).size_hint(), (0, Some(1)));
    assert_eq!(protected(false).collect::<Vec<_>>().await, [Err(Fault::Open)]);
    let calls = telemetry.call("feed", "protected");
    calls.assert_status("success", 1).assert_status("error", 1).assert_status("rejected", 1);
    calls.assert_none_active();
    assert_eq!(protected_opaque().collect::<Vec<_>>().await, [Ok(1), Ok(2)]);
}

#[test]
fn what_the_stream_knows_of_itself_is_passed_on() {
    let feed = Feed(vec![3, 4, 5]);
    assert_eq!(feed.ticks().size_hint(), (3, Some(3)));
    assert_eq!(feed.boxed().size_hint(), (3, Some(3)));
    assert!(!feed.fused().is_terminated());
}

#[test]
fn a_copy_is_a_call_of_its_own() {
    let telemetry = TestTelemetry::new();
    {
        let mut first = pin!(Feed(Vec::new()).fused());
        assert_eq!(next(first.as_mut()), Poll::Ready(Some(7)));
        let mut second = pin!(first.clone());
        assert_eq!(next(second.as_mut()), Poll::Ready(Some(7)));
    }
    telemetry.call("feed", "fused").assert_status("cancelled", 2).assert_none_active();
}

#[tokio::test]
async fn what_a_stream_does_is_inside_of_its_span() {
    let telemetry = TestTelemetry::new();
    assert_eq!(nested().collect::<Vec<_>>().await, [1]);
    let spans = telemetry.spans();
    let span = |name: &str| spans.iter().find(|data| data.name == name).map(|data| data.span_context.clone());
    let parent = spans.iter().find(|data| data.name == "feed.inner").map(|data| data.parent_span_id);
    assert_eq!(parent, span("feed.nested").map(|context| context.span_id()));
}
