use std::{
    borrow::Cow,
    time::{Duration, SystemTime},
};

use opentelemetry::{
    InstrumentationScope, KeyValue, SpanId, TraceFlags, TraceId,
    trace::{SpanContext, SpanKind, Status, TraceState},
};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};

use super::{RecentLimits, RecentTraces, TraceQuery};

const LIMITS: RecentLimits = RecentLimits { traces: 10, trace_spans: 5, bytes: 1 << 20 };

const ALL: TraceQuery =
    TraceQuery { span_name: None, has_errors: None, min_duration: Duration::ZERO, id: None, limit: 1000 };

fn span(trace: u128, number: u64, name: &str) -> SpanData {
    let start = SystemTime::UNIX_EPOCH + Duration::from_secs(number);
    SpanData {
        span_context: SpanContext::new(
            TraceId::from(trace),
            SpanId::from(number + 1),
            TraceFlags::SAMPLED,
            false,
            TraceState::NONE,
        ),
        parent_span_id: if number == 0 { SpanId::INVALID } else { SpanId::from(1) },
        parent_span_is_remote: false,
        span_kind: SpanKind::Internal,
        name: Cow::Owned(name.to_owned()),
        start_time: start,
        end_time: start + Duration::from_secs(1),
        attributes: Vec::new(),
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status: Status::Unset,
        instrumentation_scope: InstrumentationScope::default(),
    }
}

#[test]
fn the_oldest_traces_give_way() {
    let recent = RecentTraces::new(LIMITS);
    for trace in 1..=100 {
        recent.add(&[span(trace, 0, "root")]);
    }
    let found = recent.find(&ALL);
    assert_eq!((found.kept, found.capacity, found.left_out), (10, 10, 0));
    let ids: Vec<TraceId> = found.traces.iter().map(|trace| trace.trace_id).collect();
    assert_eq!(ids, (91..=100).rev().map(TraceId::from).collect::<Vec<_>>());
    assert!(recent.get(TraceId::from(90)).is_none() && recent.knows(TraceId::from(91)));
}

#[test]
fn traces_that_failed_keep_half_of_the_room() {
    let recent = RecentTraces::new(LIMITS);
    let failed = |trace| {
        let mut failed = span(trace, 1, "failed");
        failed.status = Status::error("it did");
        [span(trace, 0, "root"), failed]
    };
    recent.add(&failed(1));
    (2..=100).for_each(|trace| recent.add(&[span(trace, 0, "root")]));
    let ids = || recent.find(&ALL).traces.iter().map(|trace| trace.trace_id).collect::<Vec<_>>();
    assert_eq!(ids(), (92..=100).rev().chain([1]).map(TraceId::from).collect::<Vec<_>>());
    (101..=200).for_each(|trace| recent.add(&failed(trace)));
    assert_eq!(ids(), (195..=200).rev().chain((97..=100).rev()).map(TraceId::from).collect::<Vec<_>>());
    recent.add(&[span(201, 0, "root")]);
    assert_eq!(ids()[0], TraceId::from(201_u128), "there is always room for the newest");
}

#[test]
fn a_long_trace_takes_no_more_than_its_share() {
    let recent = RecentTraces::new(LIMITS);
    recent.add(&[span(1, 0, "before")]);
    for number in 0..1000 {
        recent.add(&[span(2, number, "long")]);
    }
    let trace = recent.get(TraceId::from(2)).expect("remembered");
    assert_eq!((trace.spans.len(), trace.summary.spans, trace.is_complete), (5, 1000, false));
    assert_eq!(recent.find(&ALL).left_out, 995);
    assert!(recent.get(TraceId::from(1)).is_some_and(|trace| trace.is_complete), "others stay");
}

#[test]
fn memory_is_bounded_under_hostile_spans() {
    let recent = RecentTraces::new(RecentLimits { traces: 1000, trace_spans: 1000, bytes: 64 << 10 });
    for number in 0..5000_u64 {
        let mut hostile = span(u128::from(number % 700) + 1, number, &"n".repeat(100));
        let text = "x".repeat(usize::try_from(number % 9).expect("small") * 1000);
        hostile.attributes.push(KeyValue::new("a", text.clone()));
        hostile.status = Status::error(text);
        recent.add(&[hostile]);
        let traces = recent.lock();
        let bytes: usize = traces.by_id.values().map(super::Trace::bytes).sum();
        assert_eq!(bytes, traces.bytes);
        assert!(bytes <= 64 << 10, "{bytes}");
        assert!(traces.order.len() == traces.by_id.len(), "{} {}", traces.order.len(), traces.by_id.len());
    }
}

#[test]
fn traces_are_found_by_what_happened_in_them() {
    let recent = RecentTraces::new(LIMITS);
    let failed = SpanData { status: Status::error("bad"), ..span(2, 3, "inner") };
    recent.add(&[span(1, 0, "root"), span(2, 0, "root"), failed]);
    let ids = |query: TraceQuery| -> Vec<u128> {
        let traces = recent.find(&query).traces;
        traces.iter().map(|trace| u128::from_be_bytes(trace.trace_id.to_bytes())).collect()
    };
    assert_eq!(ids(ALL), [2, 1]);
    assert_eq!(ids(TraceQuery { has_errors: Some(true), ..ALL }), [2]);
    assert_eq!(ids(TraceQuery { has_errors: Some(false), ..ALL }), [1]);
    assert_eq!(ids(TraceQuery { span_name: Some("inner".to_owned()), ..ALL }), [2]);
    assert_eq!(ids(TraceQuery { min_duration: Duration::from_secs(2), ..ALL }), [2]);
    assert_eq!(ids(TraceQuery { id: Some("0".repeat(31) + "1"), ..ALL }), [1]);
    assert_eq!(recent.failed("inner", 5).len(), 1);
    assert_eq!(recent.slowest("root", 5).len(), 2);
    assert!(recent.failed("root", 5).is_empty() && recent.slowest("none", 5).is_empty());
}

#[test]
fn calls_of_others_are_bounded_in_number_and_names() {
    let recent = RecentTraces::new(LIMITS);
    for number in 0..6000_u64 {
        let mut call = span(1, number, "GET");
        call.span_kind = SpanKind::Client;
        call.attributes.push(KeyValue::new("server.address", format!("{number}{}", "h".repeat(1000))));
        recent.add(&[call]);
    }
    let outgoing = recent.outgoing(SystemTime::UNIX_EPOCH);
    assert_eq!(outgoing.len(), 101, "a hundred, and all others");
    assert_eq!(outgoing.iter().map(|calls| calls.calls.len()).sum::<usize>(), 4096);
    assert!(outgoing.iter().all(|calls| calls.peer.len() <= 100));
    let last = SystemTime::UNIX_EPOCH + Duration::from_secs(6000);
    assert_eq!(recent.outgoing(last).iter().map(|calls| calls.calls.len()).sum::<usize>(), 1);
}
