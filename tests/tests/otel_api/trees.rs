//! Parents, and what a library says of its spans.

use std::time::{Duration, SystemTime};

use opentelemetry::{
    Context, InstrumentationScope, KeyValue, global,
    trace::{
        FutureExt, Link, Span, SpanContext, SpanId, SpanKind, Status, TraceContextExt, TraceFlags, TraceId,
        TraceState, Tracer,
    },
};
use telemetry::{Operation, TelemetryFutureExt, current_span, otel_context};
use telemetry_runtime as telemetry;

use super::{in_a_test, named};

/// A library that knows only the API.
fn library(work: impl FnOnce()) {
    global::tracer("library").in_span("library", |_context| work());
}

fn ours(work: impl FnOnce()) {
    Operation::new("shop", "ours").run(work);
}

#[test]
fn both_are_parents_of_both() {
    let telemetry = in_a_test();
    ours(|| library(|| ours(|| library(|| {}))));
    library(|| ours(|| drop(telemetry::span("by hand").start())));
    assert!(!current_span().is_valid());
    let expected = "shop.ours\n  library\n    shop.ours\n      library\nlibrary\n  shop.ours\n    by hand\n";
    assert_eq!(telemetry.tree(), expected);
}

#[test]
fn a_library_says_everything_of_its_span() {
    let telemetry = in_a_test();
    let scope = InstrumentationScope::builder("library").with_version("1.2").build();
    let tracer = global::tracer_with_scope(scope.clone());
    let linked = SpanContext::new(
        TraceId::from(7_u128),
        SpanId::from(8),
        TraceFlags::SAMPLED,
        true,
        TraceState::default(),
    );
    let mut span = tracer
        .span_builder("first name")
        .with_kind(SpanKind::Producer)
        .with_attributes([KeyValue::new("early", 1), KeyValue::new("user.password", "s3cret")])
        .with_links(vec![Link::new(linked.clone(), vec![KeyValue::new("why", "batch")], 0)])
        .start(&tracer);
    assert!(span.is_recording());
    span.set_attribute(KeyValue::new("late", true));
    span.add_event("asked", vec![KeyValue::new("n", 2)]);
    span.record_error(&std::fmt::Error);
    span.update_name("second name");
    span.set_status(Status::error("too late"));
    span.set_status(Status::Unset);
    let context = span.span_context().clone();
    span.end();
    assert!(!span.is_recording());
    span.set_attribute(KeyValue::new("never", 3));
    drop(span);

    let span = named(&telemetry, "second name");
    assert_eq!(span.span_context.span_id(), context.span_id());
    assert_eq!((span.span_kind, span.status), (SpanKind::Producer, Status::error("too late")));
    assert_eq!(span.instrumentation_scope, scope);
    let attributes: Vec<String> =
        span.attributes.iter().map(|kv| format!("{}={}", kv.key, kv.value)).collect();
    assert_eq!(attributes, ["early=1", "user.password=[redacted]", "late=true"]);
    let events: Vec<&str> = span.events.iter().map(|event| &*event.name).collect();
    assert_eq!(events, ["asked", "exception"]);
    assert_eq!((span.links[0].span_context.span_id(), span.links[0].attributes.len()), (linked.span_id(), 1));
}

#[test]
fn fine_stays_fine() {
    let telemetry = in_a_test();
    let mut span = global::tracer("library").start("fine");
    span.set_status(Status::Ok);
    span.set_status(Status::error("no"));
    drop(span);
    assert_eq!(named(&telemetry, "fine").status, Status::Ok);
}

#[test]
fn contexts_that_were_kept_and_empty_ones() {
    let telemetry = in_a_test();
    let tracer = global::tracer("library");
    let kept = Context::new().with_span(tracer.start("kept"));
    ours(|| {
        drop(tracer.start_with_context("of kept", &kept));
        drop(tracer.start("of ours"));
        let attached = kept.clone().attach();
        ours(|| ());
        {
            // Values alone change no parent.
            let _values = Context::current_with_value(7_u8).attach();
            ours(|| drop(tracer.start("deep")));
            let _none = Context::new().attach();
            drop(tracer.start("root"));
        }
        drop(attached);
        drop(tracer.start("of ours again"));
    });
    drop(kept);
    let tree = telemetry.tree();
    assert!(tree.contains("kept\n  of kept\n  shop.ours\n  shop.ours\n    deep\n"), "{tree}");
    assert!(tree.contains("shop.ours\n  of ours\n  of ours again\n"), "{tree}");
    assert!(tree.starts_with("root\n"), "{tree}");
}

#[test]
fn detached_in_another_order() {
    let telemetry = in_a_test();
    let tracer = global::tracer("library");
    let [first, second, third] =
        ["first", "second", "third"].map(|name| Context::new().with_span(tracer.start(name)));
    let outer = first.clone().attach();
    let inner = second.attach();
    let innermost = third.attach();
    drop(inner);
    drop(tracer.start("of third"));
    drop(innermost);
    drop(tracer.start("of first"));
    ours(|| ());
    drop(outer);
    assert!(!current_span().is_valid());
    drop(first);
    let tree = telemetry.tree();
    assert!(tree.contains("first\n  of first\n  shop.ours\n"), "{tree}");
    assert!(tree.contains("third\n  of third\n"), "{tree}");
}

#[tokio::test(flavor = "current_thread")]
async fn futures_that_take_turns() {
    let telemetry = in_a_test();
    let tracer = global::tracer("library");
    let turn = |name: &'static str| {
        let context = Context::new().with_span(tracer.start(name));
        let turn = async move {
            for _ in 0..3 {
                tokio::task::yield_now().await;
                Operation::new("turns", name).run_async(tokio::task::yield_now()).await;
            }
        };
        FutureExt::with_context(turn, context)
    };
    let around = telemetry::span("around").start();
    TelemetryFutureExt::in_span(async { tokio::join!(turn("one"), turn("two")) }, around).await;
    assert!(!current_span().is_valid());
    for name in ["one", "two"] {
        let library = named(&telemetry, name).span_context;
        let spans = telemetry.spans();
        let calls: Vec<_> = spans.iter().filter(|span| span.name == format!("turns.{name}")).collect();
        assert_eq!(calls.len(), 3);
        assert!(calls.iter().all(|call| call.parent_span_id == library.span_id()), "{}", telemetry.tree());
    }
}

#[test]
fn attached_on_demand() {
    let telemetry = in_a_test();
    ours(|| {
        let _attached = otel_context().attach();
        let official = Context::current().span().span_context().clone();
        assert_eq!(official, current_span());
        library(|| ());
    });
    assert!(!Context::current().span().span_context().is_valid());
    assert_eq!(telemetry.tree(), "shop.ours\n  library\n");
}

#[test]
fn what_is_suppressed_leaves_no_trace() {
    let telemetry = in_a_test();
    ours(|| {
        let _suppressed = Context::enter_telemetry_suppressed_scope();
        library(|| ());
        let span = global::tracer("library").start("suppressed");
        assert!(!span.is_recording());
        assert_eq!(span.span_context().trace_id(), current_span().trace_id());
    });
    assert_eq!(telemetry.tree(), "shop.ours\n");
}

#[test]
fn times_that_are_stated() {
    use telemetry::{Settings, Telemetry, testing::InMemorySpans};
    // Outside of a test's telemetry, whose clock knows no other time than its own.
    drop(in_a_test());
    let spans = InMemorySpans::new();
    let settings = Settings::from_yaml_str("exporters: []\nlogs: { enabled: false }").expect("legal");
    let telemetry = Telemetry::builder().settings(settings).in_memory(&spans).build().expect("the only one");
    let now = SystemTime::now();
    let tracer = global::tracer("library");
    let ago = |seconds| now - Duration::from_secs(seconds);
    let mut span = tracer.span_builder("stated").with_start_time(ago(60)).start(&tracer);
    span.add_event_with_timestamp("then", ago(50), Vec::new());
    span.end_with_timestamp(ago(40));
    telemetry.flush(Duration::from_secs(20)).expect("nothing holds it up");
    let all = spans.spans();
    let span = all.iter().find(|span| span.name == "stated").expect("it arrived");
    let is_near = |time: SystemTime, wanted: SystemTime| {
        let apart = time.duration_since(wanted).unwrap_or_else(|early| early.duration());
        apart < Duration::from_secs(2)
    };
    assert!(is_near(span.start_time, ago(60)) && is_near(span.end_time, ago(40)), "{span:?}");
    assert!(is_near(span.events[0].timestamp, ago(50)), "{span:?}");
}
