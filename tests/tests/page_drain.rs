//! An open page does not keep a program from ending.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use axum::Router;
use telemetry_runtime as telemetry;
use tokio::{net::TcpListener, sync::oneshot};

/// Less than a server takes that waits for its streams in vain.
const SOON: Duration = Duration::from_secs(8);

#[tokio::test(flavor = "multi_thread")]
async fn streams_end_when_the_server_drains() {
    let settings = telemetry::Settings::from_yaml_str("exporters: []").expect("settings");
    let telemetry = telemetry::Telemetry::builder().settings(settings).install().expect("telemetry");
    let app = telemetry.router(Router::new()).expect("no route is taken");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel::<()>();
    let served = tokio::spawn(telemetry::serve_until(listener, app, async {
        // The sender waits for this.
        let _ = stopped.await;
    }));
    let mut client = TcpStream::connect(address).expect("a connection");
    client.set_read_timeout(Some(Duration::from_secs(30))).expect("a setting");
    let request = format!("GET /telemetry/api/stream HTTP/1.1\r\nhost: {address}\r\n\r\n");
    client.write_all(request.as_bytes()).expect("sent");
    let (mut client, begun) = tokio::task::spawn_blocking(move || {
        let mut text = Vec::new();
        while !String::from_utf8_lossy(&text).contains("event: overview") {
            let mut piece = [0; 1024];
            let len = client.read(&mut piece).expect("the stream goes on");
            assert!(len > 0, "{}", String::from_utf8_lossy(&text));
            text.extend_from_slice(&piece[..len]);
        }
        (client, Instant::now())
    })
    .await
    .expect("no panic");
    stop.send(()).expect("it listens");
    let rest = tokio::task::spawn_blocking(move || client.read_to_end(&mut Vec::new()));
    served.await.expect("no panic").expect("served");
    rest.await.expect("no panic").expect("closed in order");
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
}
