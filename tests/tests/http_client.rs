//! Outgoing requests: a client span each, the context in their headers, no secrets.

use std::convert::Infallible;

use http::{HeaderMap, Request, Response};
use opentelemetry::trace::{SpanKind, Status};
use telemetry::{HttpClientLayer, extract, testing::TestTelemetry};
use telemetry_runtime as telemetry;
use tower::{Layer, ServiceExt, service_fn};

#[telemetry::instrument]
async fn call(status: u16) -> HeaderMap {
    let echo = service_fn(move |request: Request<()>| async move {
        tokio::task::yield_now().await;
        let mut response = Response::new(());
        *response.status_mut() = status.try_into().expect("a status");
        *response.headers_mut() = request.headers().clone();
        Ok::<_, Infallible>(response)
    });
    let request = Request::get("http://user:pw@host:81/a/b?token=s3cret").body(()).expect("a request");
    let response = HttpClientLayer::new().layer(echo).oneshot(request).await.expect("infallible");
    response.headers().clone()
}

#[tokio::test]
async fn every_request_is_a_child_span_whose_context_goes_along() {
    let telemetry = TestTelemetry::new();
    let first = extract(&call(200).await);
    let second = extract(&call(503).await);
    let spans = telemetry.spans();
    let sent: Vec<_> = spans.iter().filter(|span| span.name == "GET").collect();
    assert_eq!(sent.len(), 2, "{}", telemetry.tree());
    for (span, context) in sent.iter().zip([first, second]) {
        assert_eq!(span.span_kind, SpanKind::Client);
        assert_eq!(context.span_context().span_id(), span.span_context.span_id());
        assert!(context.span_context().is_sampled());
        let parent = spans.iter().find(|parent| parent.span_context.span_id() == span.parent_span_id);
        assert!(parent.is_some_and(|parent| parent.name.ends_with(".call")));
    }
    assert_eq!((&sent[0].status, &sent[1].status), (&Status::Unset, &Status::error("")));
    let all = format!("{spans:?}");
    assert!(all.contains("http://host:81/a/b"));
    assert!(!all.contains("pw") && !all.contains("s3cret") && !all.contains("token"), "{all}");
}
