//! One program with libraries that know only `tracing`, only the official API, and nothing of each other: one tree, at a
//! receiver behind a real collector, and its log records with the same ids.

use std::{collections::BTreeMap, process::Command, time::Duration};

use axum::{Router, body::Body, routing::get};
use http::{Request, Response};
use opentelemetry_instrumentation_tower::http::server::Layer as OfficialLayer;
use telemetry::{Settings, Telemetry};
use telemetry_runtime as telemetry;
use telemetry_tests::process::eventually;
use tower::{Layer, ServiceExt, service_fn};
use tower_http::trace::TraceLayer;

use super::{
    IN_TIME, Protocol,
    receiver::{Receiver, Span},
    rotel::Rotel,
};

struct Quotes;

#[telemetry::instrument_adapter("quotes")]
impl Quotes {
    /// Asks a service that is instrumented with `tracing`, around one with the official API.
    async fn load(&self) -> u16 {
        let parse = service_fn(|_request: Request<Body>| async {
            Quotes.parse();
            Ok::<_, std::convert::Infallible>(Response::new(Body::empty()))
        });
        let service = TraceLayer::new_for_http().layer(OfficialLayer::new().layer(parse));
        let request = Request::get("http://prices/ACME").body(Body::empty()).expect("a request");
        service.oneshot(request).await.expect("infallible").status().as_u16()
    }

    fn parse(&self) {
        tracing::info!("parsed");
    }
}

async fn serve(telemetry: &Telemetry) {
    let app = Router::new().route("/quote", get(|| async { Quotes.load().await.to_string() }));
    let app = telemetry.router(app.layer(TraceLayer::new_for_http())).expect("no route is taken");
    let request = Request::get("/quote").body(Body::empty()).expect("a request");
    let answer = app.oneshot(request).await.expect("infallible");
    assert_eq!(answer.status(), 200);
}

#[test]
#[ignore = "the program that another test starts"]
fn the_program() {
    let telemetry =
        Telemetry::builder().settings(Settings::load().expect("legal")).install().expect("the first");
    assert!(telemetry.install_subscriber());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(async { serve(&telemetry).await });
    telemetry.shutdown(Duration::from_secs(20)).expect("a collector that listens");
}

/// From the innermost span up to the root.
const CHAIN: [(&str, &str); 6] = [
    ("quotes.parse", "client"),
    ("GET", "server"),
    ("request", "internal"),
    ("quotes.load", "client"),
    ("request", "internal"),
    ("GET /quote", "server"),
];

fn assert_chain(receiver: &Receiver) -> (String, String) {
    let requests = receiver.requests();
    let spans: BTreeMap<&str, &Span> =
        requests.iter().flat_map(|request| &request.spans).map(|span| (&*span.span_id, span)).collect();
    let innermost = *spans.values().find(|span| span.name == "quotes.parse").expect("the innermost");
    let chain = std::iter::successors(Some(innermost), |span| spans.get(&*span.parent_id).copied());
    let found: Vec<(&str, &str)> = chain.clone().map(|span| (&*span.name, &*span.kind)).collect();
    assert_eq!(found, CHAIN);
    assert!(chain.last().is_some_and(|root| root.parent_id.is_empty()));
    assert!(spans.values().all(|span| span.trace_id == innermost.trace_id));
    (innermost.trace_id.clone(), innermost.span_id.clone())
}

#[test]
fn libraries_of_every_kind_make_one_tree() {
    let Some(receiver) = Receiver::start() else { return };
    let Some(rotel) = Rotel::start(Protocol::Grpc, &receiver) else { return };
    let data = tempfile::tempdir().expect("a directory");
    let settings = format!(
        "service: {{ name: neighbours }}\n\
         exporters: [{{ provider: otlp, otlp: {{ endpoint: \"{}\" }} }}]\n\
         tracing: {{ layer: {{ targets: {{ tower_http: debug }} }} }}\n\
         logs: {{ console: false, otlp: true }}",
        rotel.endpoint
    );
    let file = data.path().join("settings.yaml");
    std::fs::write(&file, settings).expect("a file");
    let mut program = Command::new(std::env::current_exe().expect("this program"));
    program.args(["--exact", "otlp::neighbours::the_program", "--ignored", "--nocapture"]);
    let output = program.env("TELEMETRY_SETTINGS", &file).output().expect("this program starts");
    assert!(output.status.success(), "{output:?}");

    receiver.wait_for_spans(CHAIN.len() as u64);
    receiver.assert_no_violations();
    let (trace_id, span_id) = assert_chain(&receiver);
    let records = eventually(IN_TIME, || match receiver.log_records() {
        records if records.is_empty() => Err("no record has come".to_owned()),
        records => Ok(records),
    });
    let parsed = records.iter().find(|record| record["body"] == "parsed").expect("the record");
    assert_eq!((&parsed["trace_id"], &parsed["span_id"]), (&trace_id.into(), &span_id.into()), "{records:?}");
    assert_eq!(parsed["severity"], "INFO");
}
