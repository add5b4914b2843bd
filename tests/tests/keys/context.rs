//! `parent` and `links`: where a span belongs is said by the code.

use opentelemetry::{SpanId, trace::SpanContext};
use telemetry::{Context, current_span, span as begin, testing::TestTelemetry};
use telemetry_runtime as telemetry;

use super::support::span;

struct Message {
    context: Context,
}

#[telemetry::instrument("context", parent = message.context)]
fn handle(message: &Message) -> SpanContext {
    current_span()
}

#[telemetry::trace("context", parent = context, fields(n))]
async fn handle_async(context: Option<Context>, mut n: u8, (a, _): (u8, u8)) -> (SpanContext, u8) {
    tokio::task::yield_now().await;
    n += a;
    drop(context);
    (current_span(), n)
}

#[telemetry::trace("context", parent = &context)]
fn later(context: SpanContext) -> impl Future<Output = SpanContext> {
    drop(context);
    async { current_span() }
}

#[telemetry::trace("context", parent = Context::NONE)]
fn rootless() {}

fn id(span: &SpanContext) -> SpanId {
    span.span_id()
}

#[tokio::test]
async fn a_parent_is_taken_from_where_the_code_says() {
    let telemetry = TestTelemetry::new();
    let outer = begin("outer").start();
    let origin = begin("origin").start();
    let entered = outer.enter();
    let inside = handle(&Message { context: origin.context() });
    assert_eq!(id(&current_span()), id(outer.context().span_context()), "what was current is again");
    rootless();
    let from_context = origin.context().span_context().clone();
    let later = later(from_context.clone());
    drop(entered);
    let (inside_async, sum) = handle_async(Some(origin.context()), 1, (2, 0)).await;
    assert_eq!((sum, later.await.trace_id()), (3, from_context.trace_id()));
    assert!(!current_span().is_valid());
    for (name, own) in [("context.handle", &inside), ("context.handle_async", &inside_async)] {
        let data = span(&telemetry, name);
        assert_eq!(data.parent_span_id, id(&from_context), "{name}");
        assert_eq!(data.span_context.span_id(), id(own), "{name}");
        assert_eq!(data.span_context.trace_id(), from_context.trace_id());
    }
    assert_eq!(span(&telemetry, "context.later").parent_span_id, id(&from_context));
    assert_eq!(span(&telemetry, "context.rootless").parent_span_id, SpanId::INVALID);
}

#[tokio::test]
async fn without_a_parent_the_current_span_is_one() {
    let telemetry = TestTelemetry::new();
    let outer = begin("outer").start();
    let entered = outer.enter();
    let handled = handle_async(None, 1, (1, 1)).await;
    drop(entered);
    assert_eq!(handled.1, 2);
    let parent = span(&telemetry, "context.handle_async").parent_span_id;
    assert_eq!(parent, id(outer.context().span_context()));
}

#[telemetry::instrument("context", links = batch.iter().map(|message| &message.context))]
fn drain(batch: Vec<Message>) -> usize {
    batch.len()
}

#[telemetry::trace("context", links = [origin.as_ref(), None], fields(n = 1))]
async fn linked(origin: Option<Context>) {
    drop(origin);
}

#[tokio::test]
async fn links_name_other_spans() {
    let telemetry = TestTelemetry::new();
    let origins = [begin("a").start(), begin("b").start()];
    let batch = origins.iter().map(|span| Message { context: span.context() }).collect();
    assert_eq!(drain(batch), 2);
    linked(Some(origins[1].context())).await;
    let linked = |name: &str| -> Vec<SpanId> {
        span(&telemetry, name).links.iter().map(|link| link.span_context.span_id()).collect()
    };
    let [first, second] = origins.map(|span| id(span.context().span_context()));
    assert_eq!(linked("context.drain"), [first, second]);
    assert_eq!(linked("context.linked"), [second]);
}

struct Worker {
    context: Context,
}

#[telemetry::instrument_adapter("context_block", parent = self.context, links = [&self.context])]
impl Worker {
    async fn work(&self) {}

    #[telemetry(parent = other)]
    fn elsewhere(&mut self, other: &Context) {
        self.context = other.clone();
    }
}

#[tokio::test]
async fn a_block_gives_defaults() {
    let telemetry = TestTelemetry::new();
    let [first, second] = [begin("a").start(), begin("b").start()];
    let mut worker = Worker { context: first.context() };
    worker.work().await;
    worker.elsewhere(&second.context());
    assert_eq!(worker.context, second.context());
    let work = span(&telemetry, "context_block.work");
    assert_eq!(work.parent_span_id, id(first.context().span_context()));
    assert_eq!(work.links.len(), 1);
    let elsewhere = span(&telemetry, "context_block.elsewhere");
    assert_eq!(elsewhere.parent_span_id, id(second.context().span_context()));
}
