//! Serving until something other than a signal says so. One test, because a program has one telemetry.

use std::{sync::Arc, time::Duration};

use axum::{Router, routing::get};
use telemetry::{Operation, Settings, Telemetry, serve_until, testing::InMemorySpans};
use telemetry_runtime as telemetry;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
};

const SOON: Duration = Duration::from_secs(30);

#[tokio::test]
async fn requests_that_run_are_answered_and_their_spans_delivered() {
    let kept = InMemorySpans::new();
    let settings = Settings::from_yaml_str("exporters: []").expect("legal");
    let telemetry = Telemetry::builder().settings(settings).in_memory(&kept).install().expect("the first");
    let (running, go_on, stop) = (Arc::new(Notify::new()), Arc::new(Notify::new()), Arc::new(Notify::new()));
    let handler = {
        let (running, go_on) = (Arc::clone(&running), Arc::clone(&go_on));
        move || async move {
            running.notify_one();
            go_on.notified().await;
            Operation::new("serve", "work").run(|| ());
            "done"
        }
    };
    let app = telemetry.router(Router::new().route("/slow", get(handler))).expect("no route is taken");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let served = {
        let (stop, go_on) = (Arc::clone(&stop), Arc::clone(&go_on));
        tokio::spawn(serve_until(listener, app, async move {
            stop.notified().await;
            // What is done before the drain: requests run on all the while.
            go_on.notify_one();
        }))
    };
    let mut client = TcpStream::connect(address).await.expect("it listens");
    let request = "GET /slow HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n";
    client.write_all(request.as_bytes()).await.expect("it reads");
    tokio::time::timeout(SOON, running.notified()).await.expect("the handler runs");
    stop.notify_one();
    let mut answer = String::new();
    let read = tokio::time::timeout(SOON, client.read_to_string(&mut answer)).await;
    read.expect("it answers").expect("text");
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("done"), "{answer}");
    let served = tokio::time::timeout(SOON, served).await.expect("it ends").expect("no panic");
    served.expect("nothing fails");
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
    let mut names: Vec<String> = kept.spans().iter().map(|span| span.name.to_string()).collect();
    names.sort();
    assert_eq!(names, ["GET /slow", "serve.work"], "flushed before it ended");
}
