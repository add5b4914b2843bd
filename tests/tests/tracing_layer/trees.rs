//! Parents: of ours, of theirs, stated and implied.

use telemetry::{Context, Operation, TelemetryFutureExt, current_span};
use telemetry_runtime as telemetry;
use tracing::Instrument;

use crate::support::{named, recorded};

#[telemetry::instrument("shop")]
fn ours() {
    theirs_inside();
}

#[tracing::instrument(skip_all, name = "theirs inside")]
fn theirs_inside() {
    Operation::new("shop", "innermost").run(|| ());
}

#[test]
fn both_are_parents_of_both() {
    let telemetry = recorded(|_| {
        tracing::info_span!("outermost").in_scope(ours);
        let by_hand = telemetry::span("by hand").start();
        let _entered = by_hand.enter();
        tracing::info_span!("below").in_scope(|| tracing::info!("event"));
        tracing::info!("own event");
    });
    let expected = "outermost\n  shop.ours\n    theirs inside\n      shop.innermost\nby hand\n  below\n";
    assert_eq!(telemetry.tree(), expected);
    assert_eq!(named(&telemetry, "by hand").events[0].name, "own event");
}

#[test]
fn parents_that_are_stated() {
    let telemetry = recorded(|_| {
        let elsewhere = tracing::info_span!("elsewhere");
        let around = tracing::info_span!("around");
        let _entered = around.enter();
        drop(tracing::info_span!(parent: &elsewhere, "child"));
        drop(tracing::info_span!(parent: None, "root"));
        drop(tracing::info_span!(parent: tracing::Span::none(), "root too"));
        assert_eq!(current_span().span_id(), named_context(&around).span_context().span_id());
    });
    let tree = telemetry.tree();
    assert!(tree.contains("elsewhere\n  child\n"), "{tree}");
    assert!(tree.starts_with("root\nroot too\n"), "{tree}");
}

fn named_context(span: &tracing::Span) -> Context {
    span.in_scope(Context::current)
}

#[test]
fn what_a_span_follows_is_a_link() {
    let telemetry = recorded(|_| {
        let first = tracing::info_span!("first");
        let second = tracing::info_span!("second");
        second.follows_from(&first);
        second.follows_from(tracing::Span::none());
        let id = first.id();
        drop(first);
        second.follows_from(id);
    });
    let (first, second) = (named(&telemetry, "first"), named(&telemetry, "second"));
    let linked: Vec<_> = second.links.iter().map(|link| link.span_context.clone()).collect();
    assert_eq!(linked.len(), 1, "{linked:?}");
    assert_eq!(linked[0].span_id(), first.span_context.span_id());
    assert_eq!(linked[0].trace_id(), first.span_context.trace_id());
}

#[test]
fn left_in_another_order() {
    let telemetry = recorded(|_| {
        let [first, second] = [tracing::info_span!("first"), tracing::info_span!("second")];
        let call = Operation::new("shop", "between");
        let entered = first.enter();
        let inner = second.enter();
        drop(entered);
        call.run(|| ());
        drop(inner);
        assert!(!current_span().is_valid(), "both were left");
        call.run(|| ());
        // Again inside of itself.
        let outer = first.enter();
        let again = first.enter();
        drop(again);
        drop(tracing::info_span!("inside first"));
        drop(outer);
        assert!(!current_span().is_valid());
    });
    let second = named(&telemetry, "second").span_context;
    let inside = named(&telemetry, "inside first");
    assert_eq!(inside.parent_span_id, named(&telemetry, "first").span_context.span_id());
    let calls: Vec<_> = telemetry.spans().into_iter().filter(|span| span.name == "shop.between").collect();
    assert_eq!(calls.iter().filter(|call| call.parent_span_id == second.span_id()).count(), 1);
    assert_eq!(calls.len(), 2);
}

#[tokio::test(flavor = "current_thread")]
async fn futures_that_take_turns() {
    use tracing::instrument::WithSubscriber;
    let telemetry = telemetry::testing::TestTelemetry::new();
    let dispatch = crate::support::dispatch();
    let turn = |name: &'static str| {
        async move {
            for _ in 0..3 {
                tokio::task::yield_now().await;
                tracing::info!("step of {name}");
                Operation::new("turns", name).run_async(tokio::task::yield_now()).await;
            }
        }
        .instrument(tracing::info_span!("task", otel.name = name))
    };
    let run = async {
        let around = telemetry::span("around").start();
        let [one, two] = ["one", "two"].map(turn);
        async { tokio::join!(one, two) }.in_span(around).await;
        assert!(!current_span().is_valid());
    };
    run.with_subscriber(dispatch).await;
    for name in ["one", "two"] {
        let task = named(&telemetry, name);
        assert_eq!(task.events.len(), 3);
        assert!(task.events.iter().all(|event| event.name == format!("step of {name}")));
        let spans = telemetry.spans();
        let calls: Vec<_> = spans.iter().filter(|span| span.name == format!("turns.{name}")).collect();
        assert_eq!(calls.len(), 3);
        assert!(calls.iter().all(|call| call.parent_span_id == task.span_context.span_id()));
    }
}

#[test]
fn traces_that_are_not_recorded_have_ids_all_the_same() {
    // Nothing is installed in this process, so nothing is recorded outside of a test's telemetry.
    tracing::dispatcher::with_default(&crate::support::dispatch(), || {
        let span = tracing::info_span!("unrecorded", field = 1);
        let _entered = span.enter();
        let outer = current_span();
        assert!(outer.is_valid() && !outer.is_sampled());
        tracing::error!("told to nobody");
        Operation::new("shop", "unrecorded").run(|| {
            assert_eq!(current_span().trace_id(), outer.trace_id());
            tracing::info_span!("deeper").in_scope(|| {
                assert_eq!(current_span().trace_id(), outer.trace_id());
                assert_ne!(current_span().span_id(), outer.span_id());
            });
        });
        assert_eq!(current_span(), outer);
    });
}
