//! Samplers of the program: asked for every span, and followed in all they say.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use opentelemetry::{
    Context as OfficialContext, KeyValue, TraceId,
    trace::{Link, SpanContext, SpanKind, TraceContextExt, TraceState},
};
use opentelemetry_sdk::trace::{Sampler, SamplingDecision, SamplingResult, ShouldSample, SpanData};
use telemetry::{
    Context, Operation, Settings, Telemetry, TelemetryFutureExt, current_span, extract, inject, span,
    testing::InMemorySpans,
};
use telemetry_runtime as telemetry;

const CALLER: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// A program has one sampler, so one test at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Sampled {
    telemetry: Telemetry,
    kept: InMemorySpans,
    _alone: MutexGuard<'static, ()>,
}

impl Sampled {
    fn by(sampler: impl ShouldSample + 'static) -> Self {
        let alone = alone();
        let kept = InMemorySpans::new();
        let settings = Settings::from_yaml_str("exporters: []").expect("legal");
        let builder = Telemetry::builder().settings(settings).on_fault(|_| {});
        let telemetry = builder.in_memory(&kept).sampler(sampler).build().expect("a pipeline");
        Self { telemetry, kept, _alone: alone }
    }

    /// By name, in their order.
    fn spans(&self) -> Vec<SpanData> {
        self.telemetry.flush(Duration::from_secs(20)).expect("nothing holds it up");
        let mut spans = self.kept.spans();
        spans.sort_by(|a, b| a.name.cmp(&b.name));
        spans
    }

    fn names(&self) -> Vec<String> {
        self.spans().iter().map(|span| span.name.to_string()).collect()
    }
}

/// What a sampler was asked.
#[derive(Clone, Debug)]
struct Asked {
    parent: SpanContext,
    trace_id: TraceId,
    name: String,
    kind: SpanKind,
    attributes: Vec<KeyValue>,
    links: usize,
}

type Decide = fn(&Asked) -> SamplingDecision;

/// Decides by what it is asked, and remembers that.
#[derive(Clone, Debug)]
struct ByName {
    decide: Decide,
    asked: Arc<Mutex<Vec<Asked>>>,
    state: Option<(&'static str, &'static str)>,
}

impl ByName {
    fn new(decide: Decide) -> Self {
        Self { decide, asked: Arc::default(), state: None }
    }

    fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no panic").clone()
    }
}

impl ShouldSample for ByName {
    fn should_sample(
        &self,
        parent_context: Option<&OfficialContext>,
        trace_id: TraceId,
        name: &str,
        span_kind: &SpanKind,
        attributes: &[KeyValue],
        links: &[Link],
    ) -> SamplingResult {
        let parent = parent_context.expect("always there").span().span_context().clone();
        let asked = Asked {
            parent: parent.clone(),
            trace_id,
            name: name.to_owned(),
            kind: span_kind.clone(),
            attributes: attributes.to_vec(),
            links: links.len(),
        };
        let decision = (self.decide)(&asked);
        self.asked.lock().expect("no panic").push(asked);
        // What a sampler does is not asked about.
        Operation::new("sampler", "think").run(|| ());
        let state = match self.state {
            Some((key, value)) => parent.trace_state().insert(key, value).expect("legal"),
            None => parent.trace_state().clone(),
        };
        SamplingResult { decision, attributes: vec![KeyValue::new("by", "sampler")], trace_state: state }
    }
}

fn named(name: &str) -> SamplingDecision {
    match name {
        name if name.contains("drop") => SamplingDecision::Drop,
        name if name.contains("only") => SamplingDecision::RecordOnly,
        _ => SamplingDecision::RecordAndSample,
    }
}

fn call<R: telemetry::Classify>(operation: &'static str, work: impl FnOnce() -> R) -> R {
    Operation::new("s", operation).run(work)
}

#[test]
fn every_span_is_asked_for_and_what_is_wanted_is_recorded() {
    let sampler = ByName::new(|asked| named(&asked.name));
    let sampled = Sampled::by(sampler.clone());
    let inner = call("keep", || {
        call("drop", || Some(current_span()));
        call("only", || ());
        let other = Context::current();
        let builder = span("by hand").kind(telemetry::Kind::Producer).attribute("size", 3).link(&other);
        let by_hand = builder.start();
        assert!(by_hand.is_recording() && !span("drop by hand").start().is_recording());
        Some(current_span())
    });
    let inner = inner.expect("a span");
    assert!(!current_span().is_valid());
    assert_eq!(sampled.names(), ["by hand", "s.keep"]);
    let asked = sampler.asked();
    let names: Vec<&str> = asked.iter().map(|asked| &*asked.name).collect();
    assert_eq!(names, ["s.keep", "s.drop", "s.only", "by hand", "drop by hand"]);
    assert!(!asked[0].parent.is_valid());
    assert!(asked[1..].iter().all(|asked| asked.parent == inner && !asked.parent.is_remote()));
    assert!(asked.iter().all(|asked| asked.trace_id == inner.trace_id()));
    assert_eq!(asked[0].attributes, [KeyValue::new("provider", "s"), KeyValue::new("operation", "keep")]);
    assert_eq!((asked[3].kind.clone(), asked[3].links), (SpanKind::Producer, 1));
    assert_eq!(asked[3].attributes, [KeyValue::new("size", 3)]);
    let keep = &sampled.spans()[1];
    assert!(keep.attributes.contains(&KeyValue::new("by", "sampler")), "{:?}", keep.attributes);
    assert_eq!(keep.span_context.span_id(), inner.span_id());
}

#[test]
fn what_is_dropped_still_has_a_context_that_says_so() {
    let sampled = Sampled::by(ByName::new(|asked| named(&asked.name)));
    let contexts = call("drop_root", || {
        let outer = current_span();
        let below = call("keep_below", || Some(current_span())).expect("a span");
        assert_eq!(current_span(), outer);
        Some((outer, below))
    });
    let (outer, below) = contexts.expect("they ran");
    assert!(outer.is_valid() && !outer.is_sampled());
    assert!(below.is_sampled() && below.trace_id() == outer.trace_id(), "a sampler may change its mind");
    assert!(!current_span().is_valid());

    call("keep", || {
        let outer = current_span();
        call("drop", || {
            let mut headers = http::HeaderMap::new();
            inject(&mut headers);
            assert!(headers["traceparent"].to_str().is_ok_and(|it| it.ends_with("-02")), "{headers:?}");
        });
        assert_eq!(current_span(), outer, "what was before is restored");
    });
    let spans = sampled.spans();
    assert_eq!(sampled.names(), ["s.keep", "s.keep_below"]);
    assert_eq!(spans[1].parent_span_id, outer.span_id());
}

#[tokio::test]
async fn a_trace_state_of_the_sampler_goes_on() {
    let mut sampler = ByName::new(|asked| named(&asked.name));
    sampler.state = Some(("mine", "1"));
    let sampled = Sampled::by(sampler.clone());
    let header = || {
        let mut headers = http::HeaderMap::new();
        inject(&mut headers);
        headers.get("tracestate").map(|state| state.to_str().expect("text").to_owned())
    };
    call("root", || assert_eq!(header().as_deref(), Some("mine=1")));
    call("drop_root", || assert_eq!(header().as_deref(), Some("mine=1")));
    assert_eq!(header(), None);

    let mut headers = http::HeaderMap::new();
    headers.insert("traceparent", CALLER.parse().expect("ascii"));
    headers.insert("tracestate", "theirs=2".parse().expect("ascii"));
    let caller = extract(&headers);
    let work = Operation::new("s", "remote").run_async(async {
        tokio::task::yield_now().await;
        call("inner", || assert_eq!(header().as_deref(), Some("mine=1,theirs=2")));
        assert_eq!(header().as_deref(), Some("mine=1,theirs=2"));
    });
    work.with_context(caller.clone()).await;
    let spans = sampled.spans();
    let names: Vec<&str> = spans.iter().map(|span| &*span.name).collect();
    assert_eq!(names, ["s.inner", "s.remote", "s.root"]);
    let states: Vec<String> = spans.iter().map(|span| span.span_context.trace_state().header()).collect();
    assert_eq!(states, ["mine=1,theirs=2", "mine=1,theirs=2", "mine=1"]);
    assert!(spans[1].parent_span_is_remote && spans[1].parent_span_id == caller.span_context().span_id());
    let asked = sampler.asked();
    let remote = asked.iter().find(|asked| asked.name == "s.remote").expect("it was asked");
    assert!(remote.parent.is_remote() && remote.parent.trace_state().header() == "theirs=2");
}

#[test]
fn an_outer_state_comes_back() {
    let mut sampler = ByName::new(|_| SamplingDecision::RecordAndSample);
    sampler.state = Some(("mine", "1"));
    let _sampled = Sampled::by(sampler);
    let mut headers = http::HeaderMap::new();
    headers.insert("traceparent", CALLER.parse().expect("ascii"));
    headers.insert("tracestate", "theirs=2".parse().expect("ascii"));
    let caller = extract(&headers);
    let there = async {
        call("inner", || assert_eq!(current_span().trace_state().header(), "mine=1,theirs=2"));
        assert_eq!(current_span(), *caller.span_context());
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(there.with_context(caller.clone()));
}

#[test]
fn official_samplers_work() {
    let sampled = Sampled::by(Sampler::parent_based(Sampler::AlwaysOff));
    call("root", || ());
    let mut headers = http::HeaderMap::new();
    headers.insert("traceparent", CALLER.parse().expect("ascii"));
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let below = async { call("below", || call("further_below", || ())) };
    runtime.block_on(below.with_context(extract(&headers)));
    assert_eq!(sampled.names(), ["s.below", "s.further_below"]);
}

#[test]
fn a_share_of_traces() {
    let sampled = Sampled::by(Sampler::TraceIdRatioBased(0.5));
    (0..400).for_each(|_| call("root", || call("child", || ())));
    let spans = sampled.spans();
    let traces: std::collections::HashSet<_> =
        spans.iter().map(|span| span.span_context.trace_id()).collect();
    assert_eq!(spans.len(), 2 * traces.len(), "whole traces");
    assert!((100..300).contains(&traces.len()), "{} of 400", traces.len());
}

#[telemetry::trace("own", sample = always)]
fn own_always(inside: impl FnOnce()) {
    inside();
}

#[telemetry::trace("own", sample = never)]
async fn own_never(inside: impl FnOnce()) {
    tokio::task::yield_now().await;
    inside();
}

#[telemetry::trace("own", sample = 1.0)]
async fn own_share(inside: impl FnOnce()) {
    tokio::task::yield_now().await;
    inside();
}

/// An operation's own rule is for the roots that it makes; the sampler has its say on everything else.
#[tokio::test]
async fn the_own_rule_of_an_operation_wins_for_its_roots() {
    let sampler = ByName::new(|asked| named(&asked.name));
    let sampled = Sampled::by(sampler.clone());
    own_always(|| call("keep", || call("drop", || ())));
    own_never(|| call("keep", || ())).await;
    own_share(|| call("drop", || ())).await;
    assert!(!current_span().is_valid());
    assert_eq!(sampled.names(), ["own.own_always", "own.own_share", "s.keep"]);
    let spans = sampled.spans();
    assert_eq!(spans[2].parent_span_id, spans[0].span_context.span_id());
    let names: Vec<String> = sampler.asked().into_iter().map(|asked| asked.name).collect();
    assert_eq!(
        names,
        ["s.keep", "s.drop", "s.drop"],
        "not about the roots, nor below one that is not recorded"
    );
}

#[tokio::test]
async fn below_others_the_sampler_decides_on_operations_with_a_rule() {
    let sampler = ByName::new(|asked| named(&asked.name));
    let sampled = Sampled::by(sampler.clone());
    call("keep", || {
        own_always(|| ());
        drop(span("drop by hand").start());
    });
    let mut headers = http::HeaderMap::new();
    headers.insert("traceparent", CALLER.replace("-01", "-00").parse().expect("ascii"));
    own_share(|| ()).with_context(extract(&headers)).await;
    let in_trace = async { own_never(|| call("keep", || ())).await };
    in_trace.with_context(extract(&headers)).await;
    assert_eq!(sampled.names(), ["own.own_always", "own.own_share", "s.keep", "s.keep"]);
    let names: Vec<String> = sampler.asked().into_iter().map(|asked| asked.name).collect();
    assert_eq!(names, ["s.keep", "own.own_always", "drop by hand", "own.own_share", "s.keep"]);
}

#[test]
fn a_sampler_that_panics_costs_its_span_and_nothing_else() {
    let sampled = Sampled::by(ByName::new(|asked| {
        assert!(!asked.name.contains("bad"), "on purpose");
        SamplingDecision::RecordAndSample
    }));
    call("bad", || ());
    assert_eq!(call("good", || Some(3)), Some(3));
    assert_eq!(sampled.names(), ["s.good"]);
}

#[test]
fn the_ratio_is_back_without_the_sampler() {
    drop(Sampled::by(Sampler::AlwaysOff));
    let _alone = alone();
    let kept = InMemorySpans::new();
    let settings = Settings::from_yaml_str("exporters: []").expect("legal");
    let telemetry = Telemetry::builder().settings(settings).in_memory(&kept).build().expect("a pipeline");
    call("root", || ());
    telemetry.flush(Duration::from_secs(20)).expect("nothing holds it up");
    assert_eq!(
        (kept.spans().len(), TraceState::NONE),
        (1, kept.spans()[0].span_context.trace_state().clone())
    );
}
