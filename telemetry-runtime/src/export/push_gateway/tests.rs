use http_body_util::Full;

use super::*;
use crate::{
    export::net::http::test_server::HttpServer,
    metrics::{Family, FamilyKind, Labels, Value},
};

fn snapshot() -> Snapshot {
    let mut jobs = Family::new("jobs_total", FamilyKind::Counter, "Jobs.");
    jobs.push(&Labels::new([("queue", "a")]), Value::Counter(3));
    Snapshot { families: vec![jobs], default_labels: Labels::new::<&str, &str>([]) }
}

fn gateway(address: std::net::SocketAddr, deletes: bool) -> PushGateway {
    let settings = PushGatewaySettings {
        grouping: [("zone".to_owned(), "eu".to_owned())].into(),
        delete_on_shutdown: deletes,
        ..PushGatewaySettings::default()
    };
    let endpoint = Endpoint::from(&*format!("http://me:hush-hush@{address}/prefix"));
    PushGateway::new(&endpoint, &settings, "shop", Duration::from_secs(60)).expect("an exporter")
}

#[tokio::test]
async fn a_push_replaces_the_group_and_shutdown_deletes_it_if_asked() {
    let server = HttpServer::accepting();
    let address = server.start().await;
    let mut pushing = gateway(address, true);
    assert_eq!(pushing.export(&snapshot()).await, Delivery::ACCEPTED);
    assert_eq!(pushing.shutdown().await, Ok(()));
    assert_eq!(gateway(address, false).shutdown().await, Ok(()));
    let seen = server.seen();
    assert_eq!(seen.len(), 2, "a group that is to stay is not touched");
    let (put, body) = &seen[0];
    assert_eq!((put.method.as_str(), put.uri.path()), ("PUT", "/prefix/metrics/job/shop/zone/eu"));
    assert_eq!(put.headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    assert_eq!(put.headers["authorization"], "Basic bWU6aHVzaC1odXNo");
    assert_eq!(
        body.as_ref(),
        b"# HELP jobs_total Jobs.\n# TYPE jobs_total counter\njobs_total{queue=\"a\"} 3\n"
    );
    assert_eq!((seen[1].0.method.as_str(), seen[1].0.uri.path()), ("DELETE", put.uri.path()));
}

#[tokio::test]
async fn answers_say_what_may_be_done() {
    for (status, is_passing) in [(400, false), (429, true), (503, true), (500, false)] {
        let server = HttpServer::answering(move || {
            let words = Full::from("pushed metrics are invalid for me:hush-hush");
            ::http::Response::builder().status(status).body(words).expect("a response")
        });
        let delivery = gateway(server.start().await, false).export(&snapshot()).await;
        assert_eq!(matches!(delivery, Delivery::TryAgain { .. }), is_passing, "{status}: {delivery:?}");
        let text = format!("{delivery:?}");
        assert!(text.contains("are invalid") && !text.contains("hush"), "{text}");
    }
}
