//! Trees of calls, spans by hand, spans of `tracing` and spans of the official API, in any order and on any thread:
//! every parent is right. In a process of its own, with telemetry as a program installs it.

#[path = "dialects/run.rs"]
mod run;
#[path = "dialects/tree.rs"]
mod tree;

use std::{collections::HashMap, sync::OnceLock, time::Duration};

use opentelemetry_sdk::trace::SpanData;
use proptest::{
    prelude::ProptestConfig,
    test_runner::{TestCaseError, TestRunner},
};
use telemetry::{Settings, Telemetry, testing::InMemorySpans};
use telemetry_runtime as telemetry;

use self::tree::Tree;

const SOON: Duration = Duration::from_secs(20);

fn installed() -> &'static (Telemetry, InMemorySpans) {
    static INSTALLED: OnceLock<(Telemetry, InMemorySpans)> = OnceLock::new();
    INSTALLED.get_or_init(|| {
        let spans = InMemorySpans::new();
        let settings = Settings::from_yaml_str("exporters: []\nlogs: { enabled: false }").expect("legal");
        let telemetry =
            Telemetry::builder().settings(settings).in_memory(&spans).install().expect("the first");
        assert!(telemetry.install_subscriber());
        (telemetry, spans)
    })
}

/// Runs the tree; gives the spans by name.
fn recorded(tree: &Tree) -> HashMap<String, SpanData> {
    let (telemetry, spans) = installed();
    spans.clear();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().expect("a runtime");
    runtime.block_on(async {
        // On a thread of the runtime, as its tasks are.
        tokio::spawn(run::run(tree.clone())).await.expect("no panic");
        assert!(!telemetry::current_span().is_valid(), "something was not left");
    });
    drop(runtime);
    telemetry.flush(SOON).expect("nothing holds it up");
    let name = |span: &SpanData| span.name.strip_prefix("dialects.").unwrap_or(&span.name).to_owned();
    spans.spans().into_iter().map(|span| (name(&span), span)).collect()
}

/// Every span is where the tree has it; only what was dropped before its first poll may be missing.
fn check(tree: &Tree) -> Result<(), TestCaseError> {
    let spans = recorded(tree);
    let fail = |what: String| Err(TestCaseError::fail(format!("{what}\n{tree:#?}")));
    let root = &spans["n0"].span_context;
    let mut met = 0;
    for (node, parent) in tree.parents() {
        let Some(span) = spans.get(&node.name()) else {
            if node.may_be_missing {
                continue;
            }
            return fail(format!("{} is missing", node.name()));
        };
        met += 1;
        let expected = parent.map(|parent| spans[&parent].span_context.span_id());
        if span.parent_span_id != expected.unwrap_or(opentelemetry::SpanId::INVALID) {
            let found = spans.values().find(|other| other.span_context.span_id() == span.parent_span_id);
            let found = found.map(|found| found.name.clone());
            return fail(format!(
                "{} is below {found:?} instead of {parent:?}",
                node.name(),
                parent = node.parent
            ));
        }
        if span.span_context.trace_id() != root.trace_id() {
            return fail(format!("{} is in another trace", node.name()));
        }
    }
    if met == spans.len() { Ok(()) } else { fail(format!("{} spans instead of {met}", spans.len())) }
}

#[test]
fn every_parent_is_right() {
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 256,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    runner.run(&tree::any(), |tree| check(&tree)).unwrap_or_else(|error| panic!("{error}"));
}
