//! A propagator of the program, in place of the W3C's. One test binary, because a program keeps the one it was given.

use axum::{Router, body::Body, routing::get};
use http::{HeaderMap, Request, Response};
use opentelemetry::{
    Context, SpanId, TraceFlags, TraceId,
    propagation::{
        Extractor, Injector, TextMapCompositePropagator, TextMapPropagator, text_map_propagator::FieldIter,
    },
    trace::{SpanContext, TraceContextExt, TraceState},
};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use telemetry::{HttpClientLayer, Operation, Telemetry, TelemetryFutureExt, current_span, extract, inject};
use telemetry_runtime as telemetry;
use tower::{Layer, Service, ServiceExt};

/// `b3: {trace}-{span}-{sampled}`, of Zipkin.
#[derive(Debug)]
struct B3([String; 1]);

impl TextMapPropagator for B3 {
    fn inject_context(&self, cx: &Context, injector: &mut dyn Injector) {
        let span = cx.span().span_context().clone();
        let sampled = u8::from(span.is_sampled());
        injector.set("b3", format!("{}-{}-{sampled}", span.trace_id(), span.span_id()));
        injector.set("not a header\n", String::new());
    }

    fn extract_with_context(&self, cx: &Context, extractor: &dyn Extractor) -> Context {
        let Some(header) = extractor.get("b3") else { return cx.clone() };
        assert!(header != "panic", "on purpose");
        let mut parts = header.split('-');
        let mut next = || parts.next().unwrap_or_default();
        let ids = (TraceId::from_hex(next()), SpanId::from_hex(next()), next());
        let (Ok(trace_id), Ok(span_id), sampled) = ids else { return cx.clone() };
        let flags = TraceFlags::default().with_sampled(sampled == "1");
        cx.with_remote_span_context(SpanContext::new(trace_id, span_id, flags, true, TraceState::NONE))
    }

    fn fields(&self) -> FieldIter<'_> {
        FieldIter::new(&self.0)
    }
}

const HEADER: &str = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1";

fn set_up() -> Telemetry {
    let both: Vec<Box<dyn TextMapPropagator + Send + Sync>> =
        vec![Box::new(B3(["b3".to_owned()])), Box::new(TraceContextPropagator::new())];
    let settings = telemetry::Settings::from_yaml_str("exporters: []").expect("legal");
    let builder = Telemetry::builder().settings(settings).on_fault(|_| {});
    builder.propagator(TextMapCompositePropagator::new(both)).build().expect("nothing to fail")
}

fn headers(name: &'static str, value: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(name, value.parse().expect("ascii"));
    headers
}

#[test]
fn it_writes_and_reads_every_header() {
    let telemetry = set_up();
    let caller = extract(&headers("b3", HEADER));
    assert_eq!(caller.span_context().span_id().to_string(), "00f067aa0ba902b7");
    assert!(caller.span_context().is_remote() && caller.span_context().is_sampled());
    let other = format!("00-{}-01", &HEADER[..HEADER.len() - 2]);
    assert_eq!(extract(&headers("traceparent", &other)).span_context(), caller.span_context());
    for nothing in ["", "x-y-z", "panic"] {
        assert!(!extract(&headers("b3", nothing)).is_valid(), "{nothing}");
    }

    let mut out = headers("b3", "stale");
    Operation::new("p", "call").run(|| inject(&mut out));
    assert_eq!((out.len(), out["traceparent"].len()), (3, 55), "{out:?}");
    assert_eq!(out["b3"].to_str().expect("text")[..32], out["traceparent"].to_str().expect("text")[3..35]);
    let mut none = headers("b3", "stale");
    inject(&mut none);
    assert_eq!(none["b3"], "stale", "without a context nothing is written");

    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(layers_use_it(&telemetry));
}

async fn layers_use_it(telemetry: &Telemetry) {
    let trace = || async { current_span().trace_id().to_string() };
    let app: Router = telemetry.router(Router::new().route("/trace", get(trace))).expect("no route is taken");
    let request = Request::builder().uri("/trace").header("b3", HEADER).body(Body::empty());
    let answer = app.oneshot(request.expect("a request")).await.expect("infallible");
    let body = axum::body::to_bytes(answer.into_body(), 1000).await.expect("a body");
    assert_eq!(body, HEADER[..32]);

    let server = tower::service_fn(|request: Request<()>| async move {
        let header = request.headers()["b3"].to_str().expect("text").to_owned();
        Ok::<_, std::convert::Infallible>(Response::new(header))
    });
    let mut client = HttpClientLayer::new().layer(server);
    let ready = client.ready().await.expect("infallible");
    let sent = ready.call(Request::builder().uri("http://h/").body(()).expect("a request"));
    let sent = sent.with_context(extract(&headers("b3", HEADER))).await.expect("infallible");
    // The span of a client begins with the call, which was before the context.
    assert_eq!(sent.body().split('-').count(), 3, "{sent:?}");
}
