//! What a request costs more with a layer around the router.

use axum::{Router, body::Body, routing::get};
use axum_prometheus::PrometheusMetricLayer;
use axum_tracing_opentelemetry::middleware::OtelAxumLayer;
use http_body_util::BodyExt;
use metrics_exporter_prometheus::PrometheusBuilder;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::trace::Sampler;
use tower::ServiceExt;
use tracing_subscriber::{Registry, layer::SubscriberExt};

use crate::{
    measure::{Measured, Pace, Subject, in_turns},
    ours,
    peers::{drain, official_tracing},
    table::{Goal, Quantity, Row, nanos},
};

pub(crate) fn rows() -> Vec<Row> {
    let telemetry = ours::telemetry(0.0);
    let provider = official_tracing(Sampler::AlwaysOff);
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("bench"));
    tracing::subscriber::set_global_default(Registry::default().with(layer)).expect("the first one");
    let recorder = PrometheusBuilder::new().build_recorder();
    let metrics = recorder.handle();
    metrics::set_global_recorder(recorder).expect("the first one");

    let bare = app();
    let ours = app().layer(telemetry.layer());
    let prometheus = app().layer(PrometheusMetricLayer::new());
    let both = app().layer(PrometheusMetricLayer::new()).layer(OtelAxumLayer::default());
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let request = |app: &Router| {
        let app = app.clone();
        runtime.block_on(async {
            let request = http_request();
            let response = app.oneshot(request).await.expect("infallible");
            response.into_body().collect().await.expect("a body").to_bytes().len()
        })
    };
    let pause = || {
        drain(&provider);
        metrics.run_upkeep();
    };
    let [bare, ours, prometheus, both] = in_turns(
        &Pace::Bursts(&pause),
        [
            Subject::new(|| request(&bare)),
            Subject::new(|| request(&ours)),
            Subject::new(|| request(&prometheus)),
            Subject::new(|| request(&both)),
        ],
    );
    let added = |with: Measured| with.nanos - bare.nanos;
    vec![
        Row::new("a request through a bare router", nanos(bare.nanos)),
        Row::new("added by our layer, unsampled", nanos(added(ours))).goal(Goal::AtMost(1000.0)),
        Row::new("added by our layer, unsampled", nanos(added(ours)))
            .beside("prometheus + tracing layers", nanos(added(both)))
            .goal(Goal::AtMost(0.5)),
        Row::new("added by our layer, unsampled", nanos(added(ours)))
            .beside("axum-prometheus alone", nanos(added(prometheus))),
        Row::new("requests in a second on one core", per_second(ours))
            .beside("bare router", per_second(bare)),
        Row::new("requests in a second on one core", per_second(ours))
            .beside("prometheus + tracing layers", per_second(both)),
    ]
}

fn app() -> Router {
    Router::new().route("/quotes/{symbol}", get(|| async { "101.5" }))
}

fn http_request() -> axum::http::Request<Body> {
    axum::http::Request::get("/quotes/ACME").body(Body::empty()).expect("a request")
}

fn per_second(measured: Measured) -> Quantity {
    Quantity { value: 1e6 / measured.nanos, unit: "k/s" }
}
