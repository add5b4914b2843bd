//! What the live page costs: closed, open, and for each span that it remembers.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, BodyDataStream},
    extract::ConnectInfo,
    http::Request,
};
use http_body_util::BodyExt;
use telemetry_runtime::{Operation, Telemetry};
use tower::ServiceExt;

use crate::{
    measure::median,
    ours::{self, Free, Null, bare},
    process,
    table::{Goal, Quantity, Row, nanos},
};

const OPERATIONS: usize = 1000;
/// Ticks come each two seconds.
const LOOK: Duration = Duration::from_secs(20);
/// Every operation is called so often.
const EACH: Duration = Duration::from_millis(500);

const SPANS: u32 = 200_000;
/// Fewer than a ring and the queue hold.
const BURST: u32 = 500;
const ROUNDS: usize = 7;

pub(crate) fn rows() -> Vec<Row> {
    // First, while there is no thread yet that could end meanwhile and take its time away with it.
    let [open, closed, bytes] = looks();
    let [with, without] = spans();
    let percent = |share: f64| Quantity { value: share * 100.0, unit: "%" };
    vec![
        Row::new("page open, 1 000 busy operations, of a core, above closed", percent(open - closed))
            .goal(Goal::AtMost(1.0)),
        Row::new("the same, closed: the calls and the background thread", percent(closed)),
        Row::new("a tick of 1 000 busy operations", Quantity { value: bytes / 1e3, unit: "kB" }),
        Row::new("a span remembered, on the telemetry thread", nanos(with - without))
            .beside("a span exported to nowhere", nanos(without)),
    ]
}

/// The share of a core that the process takes with the page open and closed, and the bytes of a tick.
fn looks() -> [f64; 3] {
    let settings = ours::settings_with_page("metrics: { cardinality_limit: 20000 }\nexporters: []");
    let telemetry = ours::built(Telemetry::builder().settings(settings));
    let app = telemetry.router(Router::new()).expect("no route is taken");
    let operations: Vec<_> =
        (0..OPERATIONS).map(|number| Operation::new("bench_page", &format!("operation_{number}"))).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        look_for(&operations, None, LOOK / 4).await;
        let (closed, _) = look(&operations, None).await;
        let mut stream = stream(&app).await;
        // The first tick holds everything, like the beginning.
        look_for(&operations, Some(&mut stream), LOOK / 4).await;
        let (open, bytes) = look(&operations, Some(&mut stream)).await;
        [open, closed, bytes]
    })
}

async fn stream(app: &Router) -> BodyDataStream {
    let mut request = Request::get("/telemetry/api/stream").header("host", "localhost").body(Body::empty());
    let request = request.as_mut().expect("a request");
    request.extensions_mut().insert(ConnectInfo(std::net::SocketAddr::from(([127, 0, 0, 1], 1))));
    let request = std::mem::take(request);
    let response = app.clone().oneshot(request).await.expect("infallible");
    assert!(response.status().is_success(), "{}", response.status());
    response.into_body().into_data_stream()
}

async fn look(operations: &[&'static Operation], stream: Option<&mut BodyDataStream>) -> (f64, f64) {
    look_for(operations, stream, LOOK).await
}

/// Calls all operations now and then for that long: the share of a core that it took, and the bytes of a tick.
async fn look_for(
    operations: &[&'static Operation],
    mut stream: Option<&mut BodyDataStream>,
    time: Duration,
) -> (f64, f64) {
    let (start, before) = (Instant::now(), process::cpu_without(""));
    let (mut bytes, mut ticks) = (0.0, 0.0_f64);
    while start.elapsed() < time {
        for operation in operations {
            let _ = black_box(operation.run(|| bare(black_box(1))));
        }
        let next = tokio::time::sleep(EACH);
        tokio::pin!(next);
        loop {
            tokio::select! {
                () = &mut next => break,
                piece = piece(&mut stream) => {
                    bytes += piece as f64;
                    ticks += 1.0;
                }
            }
        }
    }
    let share = (process::cpu_without("") - before) / start.elapsed().as_nanos() as f64;
    (share, bytes / ticks.max(1.0))
}

async fn piece(stream: &mut Option<&mut BodyDataStream>) -> usize {
    match stream {
        Some(stream) => {
            let frame = stream.frame().await.expect("the stream goes on").expect("infallible");
            frame.into_data().map_or(0, |data| data.len())
        }
        None => std::future::pending().await,
    }
}

/// What a span costs the telemetry thread, with a page that remembers it and without.
fn spans() -> [f64; 2] {
    let mut rounds: [Vec<f64>; 2] = Default::default();
    for _ in 0..ROUNDS {
        for (round, settings) in rounds.iter_mut().zip([ours::settings_with_page, ours::settings_of]) {
            let builder = Telemetry::builder().settings(settings("exporters: []"));
            let telemetry = ours::built(builder.exporter("null", Null));
            burst(&telemetry);
            let before = process::cpu_of("telemetry");
            for _ in 0..SPANS / BURST {
                burst(&telemetry);
            }
            round.push((process::cpu_of("telemetry") - before) / f64::from(SPANS));
            let dropped = telemetry.snapshot().sum("telemetry_spans_total", &[("result", "dropped")]);
            assert_eq!(dropped, 0, "spans were lost");
        }
    }
    rounds.map(median)
}

fn burst(telemetry: &Telemetry) {
    for _ in 0..BURST {
        let _ = black_box(Free.sync(black_box(1)));
    }
    ours::drain(telemetry);
}
