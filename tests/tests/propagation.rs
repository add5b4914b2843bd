//! Every format of headers, both ways, and what is none of them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::{Router, body::Body, routing::get};
use http::{HeaderMap, HeaderName, Request, Response};
use opentelemetry::{KeyValue, baggage::Baggage};
use opentelemetry_sdk::{
    error::OTelSdkResult,
    trace::{SpanData, SpanExporter},
};
use telemetry::{
    Context, HttpClientLayer, Operation, Settings, Telemetry, TelemetryFutureExt, extract, inject,
};
use telemetry_runtime as telemetry;
use tower::{Layer, Service, ServiceExt};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN: &str = "00f067aa0ba902b7";

/// Formats belong to the whole program, so one test at a time.
fn with(propagation: &str) -> (MutexGuard<'static, ()>, Telemetry) {
    static ALONE: Mutex<()> = Mutex::new(());
    let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let settings = Settings::from_yaml_str(&format!("exporters: []\npropagation: {{ {propagation} }}"));
    let telemetry = Telemetry::builder().settings(settings.expect("legal")).on_fault(|_| {}).build();
    (alone, telemetry.expect("nothing to fail"))
}

fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.append(HeaderName::try_from(*name).expect("a name"), value.parse().expect("a value"));
    }
    headers
}

/// `TRACE` and `SPAN` stand in the cases as `T` and `S`.
fn filled(text: &str) -> String {
    text.replace('T', TRACE).replace('S', SPAN)
}

/// Format, headers, and whether the context is sampled; `None` if there is no context in them.
type Case = (&'static str, &'static [(&'static str, &'static str)], Option<bool>);

const CASES: &[Case] = &[
    ("tracecontext", &[("traceparent", "00-T-S-01")], Some(true)),
    ("tracecontext", &[("traceparent", "00-T-S-00")], Some(false)),
    ("tracecontext", &[("b3", "T-S-1"), ("uber-trace-id", "T:S:0:1")], None),
    ("tracecontext", &[("traceparent", "00-T-S-01"), ("traceparent", "00-T-S-01")], None),
    ("b3", &[("b3", "T-S-1")], Some(true)),
    ("b3", &[("b3", " T-S-d ")], Some(true)),
    ("b3", &[("b3", "T-S-0")], Some(false)),
    ("b3", &[("b3", "T-S-1-00000000000000cd")], Some(true)),
    ("b3", &[("b3", "T-S")], Some(false)),
    ("b3", &[("x-b3-traceid", "T"), ("x-b3-spanid", "S"), ("x-b3-sampled", "1")], Some(true)),
    ("b3", &[("b3", "0")], None),
    ("b3", &[("b3", "d")], None),
    ("b3", &[("b3", "")], None),
    ("b3", &[("b3", "T-S-2")], None),
    ("b3", &[("b3", "T-S-1-")], None),
    ("b3", &[("b3", "T-S-1-00000000000000cd-1")], None),
    ("b3", &[("b3", "T-0-1")], None),
    ("b3", &[("b3", "T-0000000000000000-1")], None),
    ("b3", &[("b3", "00000000000000000000000000000000-S-1")], None),
    ("b3", &[("b3", "4BF92F3577B34DA6A3CE929D0E0E4736-S-1")], None),
    ("b3", &[("b3", "4bf92f35-S-1")], None),
    ("b3", &[("b3", "T-S-1"), ("b3", "T-S-1")], None),
    ("b3", &[("traceparent", "00-T-S-01")], None),
    ("b3multi", &[("x-b3-traceid", "T"), ("x-b3-spanid", "S"), ("x-b3-sampled", "1")], Some(true)),
    ("b3multi", &[("X-B3-TraceId", "T"), ("X-B3-SpanId", "S"), ("X-B3-Sampled", "true")], Some(true)),
    ("b3multi", &[("x-b3-traceid", "T"), ("x-b3-spanid", "S"), ("x-b3-sampled", "false")], Some(false)),
    ("b3multi", &[("x-b3-traceid", "T"), ("x-b3-spanid", "S"), ("x-b3-flags", "1")], Some(true)),
    ("b3multi", &[("x-b3-traceid", "T"), ("x-b3-spanid", "S")], Some(false)),
    ("b3multi", &[("b3", "T-S-1")], Some(true)),
    ("b3multi", &[("x-b3-traceid", "T"), ("x-b3-spanid", "S"), ("x-b3-sampled", "yes")], None),
    ("b3multi", &[("x-b3-traceid", "T"), ("x-b3-sampled", "1")], None),
    ("b3multi", &[("x-b3-spanid", "S"), ("x-b3-sampled", "1")], None),
    ("b3multi", &[("x-b3-sampled", "1")], None),
    ("jaeger", &[("uber-trace-id", "T:S:0:1")], Some(true)),
    ("jaeger", &[("uber-trace-id", "T%3AS%3a0%3A1")], Some(true)),
    ("jaeger", &[("uber-trace-id", "T:S:00000000000000cd:3")], Some(true)),
    ("jaeger", &[("uber-trace-id", "T:f067aa0ba902b7:0:01")], Some(true)),
    ("jaeger", &[("uber-trace-id", "T:S:0:0")], Some(false)),
    ("jaeger", &[("uber-trace-id", "T:S:0:2")], Some(true)),
    ("jaeger", &[("uber-trace-id", "T:S:0:+1")], None),
    ("jaeger", &[("uber-trace-id", "T:S:0:100")], None),
    ("jaeger", &[("uber-trace-id", "T:S:0:")], None),
    ("jaeger", &[("uber-trace-id", "T:S:x:1")], None),
    ("jaeger", &[("uber-trace-id", "T:S:0")], None),
    ("jaeger", &[("uber-trace-id", "T:S:0:1:2")], None),
    ("jaeger", &[("uber-trace-id", "0:S:0:1")], None),
    ("jaeger", &[("uber-trace-id", "T:0:0:1")], None),
    ("jaeger", &[("uber-trace-id", ":::")], None),
    ("jaeger", &[("uber-trace-id", "0T:S:0:1")], None),
    ("none", &[("traceparent", "00-T-S-01"), ("b3", "T-S-1"), ("uber-trace-id", "T:S:0:1")], None),
    ("b3, tracecontext", &[("traceparent", "00-T-S-01"), ("b3", "x")], Some(true)),
];

#[test]
fn what_is_read() {
    for (formats, pairs, sampled) in CASES {
        let _alone = with(&format!("formats: [{formats}]"));
        let pairs: Vec<(&str, String)> = pairs.iter().map(|(name, text)| (*name, filled(text))).collect();
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, text)| (*name, &**text)).collect();
        let context = extract(&headers(&pairs));
        let span = context.span_context();
        assert_eq!(span.is_valid().then(|| span.is_sampled()), *sampled, "{formats}: {pairs:?}");
        if span.is_valid() {
            assert!(span.is_remote());
            assert_eq!(
                (span.trace_id().to_string(), span.span_id().to_string()),
                (TRACE.into(), SPAN.into())
            );
        }
    }
}

#[test]
fn short_trace_ids_are_padded() {
    let _alone = with("formats: [b3, b3multi, jaeger]");
    let short = "a3ce929d0e0e4736";
    for pairs in [
        vec![("b3", format!("{short}-{SPAN}-1"))],
        vec![("x-b3-traceid", short.to_owned()), ("x-b3-spanid", SPAN.to_owned())],
        vec![("uber-trace-id", format!("{short}:{SPAN}:0:1"))],
    ] {
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, text)| (*name, &**text)).collect();
        let trace = extract(&headers(&pairs)).span_context().trace_id().to_string();
        assert_eq!(trace, format!("0000000000000000{short}"));
    }
}

/// What is written of the current context, by name.
fn written(before: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut headers = headers(before);
    let caller = extract(&self::headers(&[("b3", &filled("T-S-1"))]));
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async { inject(&mut headers) }.with_context(caller));
    let text = |value: &http::HeaderValue| value.to_str().expect("text").to_owned();
    headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect()
}

#[test]
fn what_is_written_is_what_is_read() {
    for (format, expected) in [
        ("tracecontext", vec![("traceparent", "00-T-S-01")]),
        ("b3", vec![("b3", "T-S-1")]),
        ("b3multi", vec![("x-b3-traceid", "T"), ("x-b3-spanid", "S"), ("x-b3-sampled", "1")]),
        ("jaeger", vec![("uber-trace-id", "T:S:0:1")]),
        ("baggage", vec![]),
        ("none", vec![]),
        ("jaeger, tracecontext, jaeger", vec![("uber-trace-id", "T:S:0:1"), ("traceparent", "00-T-S-01")]),
    ] {
        // The caller's header is read as B3, so that only what is written differs.
        let (alone, telemetry) = with("formats: [b3]");
        let caller = extract(&headers(&[("b3", &filled("T-S-1"))]));
        drop((alone, telemetry));
        let _alone = with(&format!("formats: [{format}]"));
        let stale = [("x-b3-flags", "1"), ("x-b3-parentspanid", SPAN)];
        let mut out = headers(if format == "b3multi" { &stale } else { &[] });
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async { inject(&mut out) }.with_context(caller.clone()));
        let expected: Vec<(&str, String)> =
            expected.into_iter().map(|(name, text)| (name, filled(text))).collect();
        assert_eq!(out.len(), expected.len(), "{format}: {out:?}");
        for (name, text) in expected {
            assert_eq!(out[name], text, "{format}");
        }
        let is_trace = !matches!(format, "baggage" | "none");
        assert_eq!(extract(&out).is_valid(), is_trace, "{format}");
    }
    let _alone = with("formats: [b3, tracecontext]");
    assert_eq!(written(&[("b3", "stale")]).len(), 2, "headers of another context are replaced");
}

/// Takes spans, so that they are recorded.
#[derive(Debug)]
struct Nowhere;

impl SpanExporter for Nowhere {
    async fn export(&self, _: Vec<SpanData>) -> OTelSdkResult {
        Ok(())
    }
}

#[test]
fn a_caller_that_leaves_the_decision_gets_ours() {
    let (_alone, telemetry) = with("formats: [b3]");
    let undecided = headers(&[("b3", &filled("T-S"))]);
    assert!(!extract(&undecided).span_context().is_sampled(), "nobody takes spans");
    drop(telemetry);
    let settings =
        Settings::from_yaml_str("{ exporters: [], propagation: { formats: [b3] } }").expect("legal");
    let builder = Telemetry::builder().settings(settings).exporter("nowhere", Nowhere);
    let telemetry = builder.build().expect("nothing to fail");
    assert!(extract(&undecided).span_context().is_sampled(), "everything is recorded");
    assert!(!extract(&headers(&[("b3", &filled("T-S-0"))])).span_context().is_sampled(), "it has decided");
    drop(telemetry);
}

fn baggage_of(value: &str) -> Baggage {
    extract(&headers(&[("baggage", value)])).baggage()
}

fn pairs(baggage: &Baggage) -> Vec<(String, String)> {
    let pair = |(key, (value, _)): (&opentelemetry::Key, &(opentelemetry::StringValue, _))| {
        (key.to_string(), value.to_string())
    };
    let mut pairs: Vec<_> = baggage.iter().map(pair).collect();
    pairs.sort();
    pairs
}

#[test]
fn baggage_is_read_within_its_limits() {
    let _alone = with("formats: [baggage]");
    for (value, expected) in [
        ("tenant=blue", vec![("tenant", "blue")]),
        (" a = 1 ; meta , b=2;x=y", vec![("a", "1"), ("b", "2")]),
        ("a=x%20y%2Cz%C3%A9,b=", vec![("a", "x y,zé"), ("b", "")]),
        ("a=%zz%4", vec![("a", "%zz%4")]),
        ("a=1,a=2", vec![("a", "2")]),
        ("bad key=1,=2,nothing,q=\"x\",s=a b,ok=1,,", vec![("ok", "1")]),
        ("", vec![]),
        ("no", vec![]),
    ] {
        let expected: Vec<_> =
            expected.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        assert_eq!(pairs(&baggage_of(value)), expected, "{value}");
    }
    let many = (0..70).map(|key| format!("k{key}=v")).collect::<Vec<_>>().join(",");
    assert_eq!(baggage_of(&many).len(), 64);
    let long = format!("first=1,huge={},last=2", "x".repeat(8190));
    assert_eq!(pairs(&baggage_of(&long)), [("first".to_owned(), "1".to_owned())]);
    let exact = format!("a={}", "x".repeat(8190));
    assert_eq!(baggage_of(&exact).len(), 1, "8192 bytes are allowed");
    assert_eq!(baggage_of(&format!("{exact}x")).len(), 0);
    assert_eq!(baggage_of(&"x=y,".repeat(1 << 18)).len(), 1, "a megabyte of the same");
    let several = headers(&[("baggage", "a=1"), ("baggage", "b=2")]);
    assert_eq!(extract(&several).baggage().len(), 2);
}

/// Header of the request that an instrumented client sends to `host` from within `context`.
async fn sent(host: &str, context: Context) -> Option<String> {
    let server = tower::service_fn(|request: Request<()>| async move {
        let header = request.headers().get("baggage").map(|value| value.to_str().expect("text").to_owned());
        Ok::<_, std::convert::Infallible>(Response::new(header))
    });
    let call = async move {
        let mut client = HttpClientLayer::new().layer(server);
        let ready = client.ready().await.expect("infallible");
        let request = Request::builder().uri(format!("http://{host}:8080/")).body(());
        ready.call(request.expect("a request")).await.expect("infallible").into_body()
    };
    call.with_context(context).await
}

#[test]
fn baggage_leaves_only_to_listed_hosts() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let baggage = Baggage::from_iter([KeyValue::new("tenant", "blue, green"), KeyValue::new("a", "1")]);
    for (hosts, host, leaves) in [
        ("[]", "api.example", false),
        ("[api.example]", "api.example", true),
        ("[API.example]", "Api.Example", true),
        ("[api.example]", "evil-api.example", false),
        ("['*.example']", "api.example", true),
        ("['*.example']", "example", false),
        ("['*.example']", "badexample", false),
        ("['*']", "anything", true),
    ] {
        let _alone = with(&format!("baggage_hosts: {hosts}"));
        for trace in [Context::NONE, extract(&headers(&[("traceparent", &filled("00-T-S-01"))]))] {
            let header = runtime.block_on(sent(host, trace.with_baggage(&baggage)));
            assert_eq!(header.as_deref(), leaves.then_some("a=1,tenant=blue%2C%20green"), "{hosts} {host}");
        }
    }
    let _alone = with("baggage_hosts: ['*'], formats: [tracecontext]");
    assert_eq!(runtime.block_on(sent("h", Context::NONE.with_baggage(&baggage))), None, "no such format");
}

#[test]
fn baggage_goes_through_a_server_and_calls_and_into_no_signal() {
    let (_alone, telemetry) = with("baggage_hosts: [down.example]");
    let handler = || async {
        let operation = Operation::new("propagation", "inner");
        let inner = operation.run_async(async { Some(sent("down.example", Context::current()).await) }).await;
        inner.flatten().unwrap_or_default()
    };
    let app: Router = telemetry.router(Router::new().route("/", get(handler))).expect("no route is taken");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    for parent in [None, Some(filled("00-T-S-01"))] {
        let mut request = Request::builder().uri("/").header("baggage", "tenant=hush");
        if let Some(parent) = parent {
            request = request.header("traceparent", parent);
        }
        let answer = app.clone().oneshot(request.body(Body::empty()).expect("a request"));
        let body = runtime.block_on(async {
            let answer = answer.await.expect("infallible");
            axum::body::to_bytes(answer.into_body(), 1000).await.expect("a body")
        });
        assert_eq!(body, "tenant=hush");
    }
    assert!(!Context::current().baggage().iter().any(|_| true), "it does not outlive the request");
    assert!(!format!("{:?}", telemetry.snapshot()).contains("hush"));
}

#[test]
fn empty_baggage_hides_what_is_further_out() {
    let _alone = with("baggage_hosts: ['*']");
    let outer = extract(&headers(&[("traceparent", &filled("00-T-S-01")), ("baggage", "a=1")]));
    let inner = outer.clone().with_baggage(&Baggage::new());
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let seen = async { async { Context::current().baggage().len() }.with_context(inner).await };
    assert_eq!(runtime.block_on(seen.with_context(outer)), 0);
}
