//! Whoever is wrong too often has to wait.

use http::StatusCode;

use crate::support::service;

const PATH: &str = "/telemetry/api/overview";
const PEER: &str = "192.0.2.1:9";

#[tokio::test]
async fn wrong_tokens_are_limited_and_forgiven() {
    let service = service();
    for _ in 0..10 {
        assert_eq!(service.ask(PATH, PEER, Some("wrong")).await.status, StatusCode::UNAUTHORIZED);
    }
    let page = service.ask(PATH, PEER, Some("wrong")).await;
    assert_eq!((page.status, page.retry_after), (StatusCode::TOO_MANY_REQUESTS, Some(6)), "{}", page.body);
    let page = service.ask(PATH, PEER, Some("right")).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS, "who guesses does not learn that it was right");
    assert_eq!(service.ask(PATH, "192.0.2.2:9", Some("right")).await.status, StatusCode::OK, "others may");
    assert_eq!(
        service.ask(PATH, "127.0.0.1:9", None).await.status,
        StatusCode::OK,
        "this machine needs none"
    );
    service.advance(5.5);
    assert_eq!(service.ask(PATH, PEER, Some("right")).await.retry_after, Some(1));
    service.advance(0.5);
    assert_eq!(service.ask(PATH, PEER, Some("right")).await.status, StatusCode::OK);
    assert_eq!(service.ask(PATH, PEER, Some("wrong")).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(service.ask(PATH, PEER, Some("wrong")).await.status, StatusCode::TOO_MANY_REQUESTS);
}
