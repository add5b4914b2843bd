//! Runs trees: each span as its dialect makes it, around children that run as its mode has it.

use std::{future::Future, pin::Pin};

use futures_util::{StreamExt, future, stream};
use opentelemetry::{
    Context as OfficialContext, global,
    trace::{FutureExt, TraceContextExt, Tracer},
};
use telemetry::{Context, Operation, TelemetryFutureExt};
use telemetry_runtime as telemetry;
use tracing::Instrument;

use super::tree::{Dialect, Mode, Tree};

type Running = Pin<Box<dyn Future<Output = ()> + Send>>;

/// One span and what is below it.
pub(crate) fn run(tree: Tree) -> Running {
    if tree.mode == Mode::Sync {
        return Box::pin(async move { run_sync(&tree) });
    }
    let (dialect, name) = (tree.dialect, tree.name());
    let body = body(tree);
    match dialect {
        Dialect::Call => Box::pin(Operation::new("dialects", &name).run_async(body)),
        // Spans begin where they are polled first, as those of functions do.
        Dialect::ByHand => Box::pin(async move { body.in_span(telemetry::span(name).start()).await }),
        Dialect::Tracing => Box::pin(async move {
            let span = tracing::info_span!("node", otel.name = name);
            body.instrument(span).await;
        }),
        Dialect::OpenTelemetry => Box::pin(async move {
            let context = OfficialContext::current_with_span(global::tracer("dialects").start(name));
            FutureExt::with_context(body, context).await;
        }),
    }
}

async fn pause(times: usize) {
    for _ in 0..times {
        tokio::task::yield_now().await;
    }
}

async fn body(tree: Tree) {
    let Tree { dialect, mode, pauses, children, .. } = tree;
    pause(pauses).await;
    let children: Vec<Running> = children.into_iter().map(run).collect();
    match mode {
        Mode::Sync | Mode::Awaited => {
            for child in children {
                child.await;
            }
        }
        Mode::Joined => drop(future::join_all(children).await),
        Mode::Spawned => {
            let tasks: Vec<_> = children.into_iter().map(|child| spawn(dialect, child)).collect();
            for task in tasks {
                task.await.expect("no panic");
            }
        }
        Mode::Blocking => {
            for child in children {
                let child = child.with_context_of_ours();
                let handle = tokio::runtime::Handle::current();
                tokio::task::spawn_blocking(move || handle.block_on(child)).await.expect("no panic");
            }
        }
        Mode::Selected if children.is_empty() => {}
        Mode::Selected => drop(future::select_all(children).await),
        Mode::Streamed => stream::iter(children).buffer_unordered(2).collect().await,
    }
    pause(pauses).await;
}

/// Tasks go on as the dialect of the span around them has it.
fn spawn(dialect: Dialect, child: Running) -> tokio::task::JoinHandle<()> {
    match dialect {
        Dialect::Call | Dialect::ByHand => telemetry::spawn(child),
        Dialect::Tracing => tokio::spawn(child.in_current_span_of_tracing()),
        Dialect::OpenTelemetry => tokio::spawn(FutureExt::with_current_context(child)),
    }
}

/// Names for methods that several dialects have.
trait OfDialect: Sized {
    fn with_context_of_ours(self) -> telemetry::InContext<Self>;
    fn in_current_span_of_tracing(self) -> tracing::instrument::Instrumented<Self>;
}

impl<F: Future> OfDialect for F {
    fn with_context_of_ours(self) -> telemetry::InContext<Self> {
        TelemetryFutureExt::with_context(self, Context::current())
    }

    fn in_current_span_of_tracing(self) -> tracing::instrument::Instrumented<Self> {
        Instrument::in_current_span(self)
    }
}

/// The same without an await; children run as functions, whatever their modes.
fn run_sync(tree: &Tree) {
    let name = tree.name();
    let below = || tree.children.iter().for_each(run_sync);
    match tree.dialect {
        Dialect::Call => Operation::new("dialects", &name).run(below),
        Dialect::ByHand => {
            let span = telemetry::span(name).start();
            let _entered = span.enter();
            below();
        }
        Dialect::Tracing => tracing::info_span!("node", otel.name = name).in_scope(below),
        Dialect::OpenTelemetry => global::tracer("dialects").in_span(name, |_context| below()),
    }
}
