//! From a bucket of a histogram of requests to the trace of one of them.

use std::time::Duration;

use axum::{Router, body::Body, routing::get};
use http::Request;
use opentelemetry_sdk::trace::SpanData;
use telemetry::{HistogramValue, Series, Settings, Telemetry, Value, testing::InMemorySpans};
use telemetry_runtime as telemetry;
use tower::ServiceExt;

const SOON: Duration = Duration::from_secs(60);

const FAMILIES: [&str; 2] = ["app_request_latency_ms", "http_server_request_duration_seconds"];

/// One program after the other: a process has one way out for spans.
struct Program {
    telemetry: Telemetry,
    spans: InMemorySpans,
    app: Router,
    /// Of its only route; what is counted is the process's.
    path: &'static str,
}

impl Program {
    fn new(path: &'static str, settings: &str) -> Self {
        let settings = Settings::from_yaml_str(&format!("exporters: []\n{settings}")).expect("legal");
        let spans = InMemorySpans::new();
        let builder = Telemetry::builder().settings(settings).in_memory(&spans);
        let telemetry = builder.build().expect("nothing to fail");
        let app = Router::new().route(path, get(|| async { "101.5" })).layer(telemetry.layer());
        Self { telemetry, spans, app, path }
    }

    async fn get(&self, traceparent: Option<&str>) {
        let mut request = Request::get(self.path);
        if let Some(traceparent) = traceparent {
            request = request.header("traceparent", traceparent);
        }
        let request = request.body(Body::empty()).expect("a request");
        let answer = self.app.clone().oneshot(request).await.expect("infallible");
        axum::body::to_bytes(answer.into_body(), 1024).await.expect("a short body");
    }

    /// What was exported, and the route's series of each family.
    fn end(self) -> (Vec<SpanData>, [HistogramValue; 2]) {
        self.telemetry.shutdown(SOON).expect("in time");
        let snapshot = self.telemetry.snapshot();
        let of_route = |family| {
            let mut all = snapshot.family(family).expect("it is there").series.iter();
            let is_own = |series: &&Series| {
                ["path", "http_route"].iter().any(|name| series.labels.get(name) == Some(self.path))
            };
            match all.find(is_own).map(|series| series.value.clone()) {
                Some(Value::Histogram(value)) => value,
                other => panic!("{family} is {other:?}"),
            }
        };
        (self.spans.spans(), FAMILIES.map(of_route))
    }
}

#[tokio::test]
async fn they_name_a_request_whose_trace_is_exported() {
    let program = Program::new("/exported", "");
    program.get(None).await;
    let (spans, values) = program.end();
    let [span] = &spans[..] else { panic!("one request, one span") };
    let context = &span.span_context;
    let [millis, seconds] = values.map(|value| {
        let all: Vec<_> = value.exemplars().copied().collect();
        let [exemplar] = all[..] else { panic!("{all:?}") };
        assert_eq!((exemplar.trace_id(), exemplar.span_id()), (context.trace_id(), context.span_id()));
        let filled = value.counts().iter().position(|count| *count > 0).expect("one request");
        assert!(value.bounds().get(filled).is_none_or(|bound| exemplar.value() <= *bound), "{exemplar:?}");
        assert!(filled == 0 || exemplar.value() > value.bounds()[filled - 1], "{exemplar:?}");
        exemplar.value()
    });
    assert!((millis - seconds * 1000.0).abs() < 1e-9, "{millis} {seconds}");

    const UNSAMPLED: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
    for (path, settings, traceparent, exported) in [
        ("/unsampled", "", Some(UNSAMPLED), 0),
        ("/unwanted", "metrics: { exemplars: false }", None, 1),
        (
            "/forgotten",
            "telemetry: { sampling_ratio: 0 }\ntracing: { sampler: { keep: { slower_than: 1h } } }",
            None,
            0,
        ),
    ] {
        let program = Program::new(path, settings);
        program.get(traceparent).await;
        let (spans, values) = program.end();
        assert_eq!(spans.len(), exported, "{path}");
        for value in values {
            assert_eq!((value.count(), value.exemplars().count()), (1, 0), "{path}");
        }
    }
}
