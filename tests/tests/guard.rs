//! Who sees the pages under `/telemetry`, and what the catalog says.

use std::net::SocketAddr;

use axum::{Router, body::Body, extract::ConnectInfo};
use http::{Request, StatusCode, header};
use serde_json::Value;
use telemetry::{Settings, Telemetry};
use telemetry_runtime as telemetry;
use tower::ServiceExt;

struct Page {
    status: StatusCode,
    headers: http::HeaderMap,
    body: String,
}

fn app(settings: &str) -> Router {
    let settings = Settings::from_yaml_str(settings).expect("settings");
    let telemetry = Telemetry::builder().settings(settings).build().expect("telemetry");
    telemetry.router(Router::new()).expect("no route is taken")
}

async fn fetch(app: &Router, peer: Option<&str>, headers: &[(&str, &str)]) -> Page {
    fetch_path(app, "/telemetry/catalog", peer, headers).await
}

async fn fetch_path(app: &Router, path: &str, peer: Option<&str>, headers: &[(&str, &str)]) -> Page {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::empty()).expect("a request");
    if let Some(peer) = peer {
        let peer: SocketAddr = peer.parse().expect("an address");
        request.extensions_mut().insert(ConnectInfo(peer));
    }
    let (head, body) = app.clone().oneshot(request).await.expect("infallible").into_parts();
    let body = axum::body::to_bytes(body, 10_000_000).await.expect("a body").to_vec();
    Page { status: head.status, headers: head.headers, body: String::from_utf8(body).expect("text") }
}

const LOCAL: Option<&str> = Some("127.0.0.1:50000");
const FOREIGN: Option<&str> = Some("192.0.2.7:50000");
const HERE: (&str, &str) = ("host", "localhost:8000");

#[tokio::test]
async fn this_machine_is_admitted_and_nobody_else() {
    let app = app("{}");
    for peer in [LOCAL, Some("[::1]:1"), Some("127.9.9.9:1"), Some("[::ffff:127.0.0.1]:1")] {
        let page = fetch(&app, peer, &[HERE]).await;
        assert_eq!(page.status, StatusCode::OK, "{peer:?}");
        assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
        assert_eq!(page.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    }
    let refused: [&[(&str, &str)]; 7] = [
        &[("host", "evil.example")],
        &[("host", "localhost"), ("host", "evil.example")],
        &[],
        &[HERE, ("x-forwarded-for", "127.0.0.1")],
        &[HERE, ("forwarded", "for=127.0.0.1")],
        &[HERE, ("x-real-ip", "127.0.0.1")],
        &[HERE, ("via", "1.1 proxy")],
    ];
    for headers in refused {
        assert_refused(&fetch(&app, LOCAL, headers).await);
    }
    for peer in [FOREIGN, Some("[2001:db8::1]:1"), Some("0.0.0.0:1")] {
        assert_refused(&fetch(&app, peer, &[HERE]).await);
    }
    let page = fetch(&app, LOCAL, &[HERE, ("authorization", "Bearer guess")]).await;
    assert_eq!(page.status, StatusCode::OK, "there is no token to be wrong about");
}

fn assert_refused(page: &Page) {
    assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", page.body);
    assert!(page.body.contains("web.token"), "{}", page.body);
}

#[tokio::test]
async fn paths_that_nobody_serves_are_not_found_by_anybody() {
    let app = app("{}");
    for peer in [LOCAL, FOREIGN, None] {
        let page = fetch_path(&app, "/nowhere", peer, &[]).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{peer:?}: {}", page.body);
        assert_eq!(page.headers.get(header::CACHE_CONTROL), None, "its answer is the service's own");
    }
}

#[tokio::test]
async fn an_unknown_peer_is_told_the_remedy() {
    let page = fetch(&app("{}"), None, &[HERE]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(
        page.body.contains("telemetry_runtime::serve") && page.body.contains("web.token"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn the_token_opens_from_everywhere() {
    let app = app("web: { token: s3cret-t0ken }");
    for peer in [LOCAL, FOREIGN, None] {
        for scheme in ["Bearer", "bearer"] {
            let bearer = format!("{scheme} s3cret-t0ken");
            let page = fetch(&app, peer, &[("host", "service.example"), ("authorization", &bearer)]).await;
            assert_eq!(page.status, StatusCode::OK, "{peer:?}");
        }
    }
    assert_eq!(fetch(&app, LOCAL, &[HERE]).await.status, StatusCode::OK, "this machine needs none");
    let wrong =
        ["Bearer guess", "Bearer ", "Bearer s3cret-t0ke", "Bearer s3cret-t0kenn", "Bearer S3CRET-T0KEN"];
    for value in wrong {
        for peer in [LOCAL, FOREIGN] {
            let page = fetch(&app, peer, &[HERE, ("authorization", value)]).await;
            assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{value}");
            assert_eq!(page.headers[header::WWW_AUTHENTICATE], "Bearer");
            assert!(!page.body.contains("s3cret"), "{}", page.body);
        }
    }
    for value in ["Basic s3cret-t0ken", "s3cret-t0ken", "Bearers3cret-t0ken"] {
        let page = fetch(&app, FOREIGN, &[HERE, ("authorization", value)]).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{value}");
    }
}

#[tokio::test]
async fn a_token_is_never_taken_from_the_url() {
    let app = app("web: { token: s3cret-t0ken }");
    let request = Request::get("/telemetry/catalog?token=s3cret-t0ken&access_token=s3cret-t0ken");
    let request = request.header("host", "service.example").body(Body::empty()).expect("a request");
    assert_eq!(app.oneshot(request).await.expect("infallible").status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn dashboard_and_rules_are_guarded_as_well() {
    let app = app("web: { token: s3cret-t0ken }");
    for (path, content_type) in [
        ("/telemetry/grafana.json", "application/json"),
        ("/telemetry/rules.yml", "application/yaml; charset=utf-8"),
    ] {
        let request = |token: Option<&str>| {
            let request = Request::get(path).header("host", "service.example");
            let token = token.map(|token| format!("Bearer {token}"));
            let request =
                token.into_iter().fold(request, |request, token| request.header("authorization", token));
            request.body(Body::empty()).expect("a request")
        };
        let refused = app.clone().oneshot(request(None)).await.expect("infallible");
        assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{path}");
        let page = app.clone().oneshot(request(Some("s3cret-t0ken"))).await.expect("infallible");
        assert_eq!(
            (page.status(), page.headers()["content-type"].to_str().ok()),
            (StatusCode::OK, Some(content_type))
        );
    }
}

#[tokio::test]
async fn an_empty_token_is_none() {
    let page = fetch(&app("web: { token: '' }"), FOREIGN, &[HERE, ("authorization", "Bearer ")]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
}

struct Venue;

#[telemetry::instrument_adapter("venue", slow = "250ms", breaker)]
impl Venue {
    fn list(&self) -> Result<u32, telemetry::BreakerOpen> {
        Ok(1)
    }
}

#[telemetry::measure("venue", name = "fold", slow = "0s")]
fn fold() -> u32 {
    2
}

struct Desk;

#[telemetry::instrument_adapter("desk", sample = 0.01, buckets = [0.1, 1.0], slo(latency = "250ms", target = 99.9))]
impl Desk {
    #[telemetry(labels(region = region, tier = "gold"), sample = never)]
    fn order(&self, region: &str) -> usize {
        region.len()
    }

    fn cancel(&self) -> u8 {
        3
    }
}

#[telemetry::trace("desk", name = "peek", sample = always)]
fn peek() -> u8 {
    4
}

#[tokio::test]
async fn the_catalog_says_what_the_keys_of_an_operation_are() {
    assert_eq!((Desk.order("eu"), Desk.order("asia"), Desk.cancel(), peek()), (2, 4, 3, 4));
    let page = fetch(&app("{}"), LOCAL, &[HERE]).await;
    let catalog: Value = serde_json::from_str(&page.body).expect("json");
    let desk = |name: &str| {
        let entries = catalog.as_array().expect("a list").iter();
        let mut entries = entries.filter(|entry| entry["provider"] == "desk" && entry["operation"] == name);
        let entry = entries.next().unwrap_or_else(|| panic!("{name}: {}", page.body));
        assert!(entries.next().is_none(), "a label set is no operation of its own: {}", page.body);
        let facts = ["labels", "objective", "buckets", "sample"];
        Value::Array(facts.iter().map(|fact| entry[*fact].clone()).collect())
    };
    let objective = serde_json::json!({ "latency_seconds": 0.25, "target": 99.9 });
    assert_eq!(desk("order"), serde_json::json!([["region", "tier"], objective, [0.1, 1.0], "never"]));
    assert_eq!(desk("cancel"), serde_json::json!([[], objective, [0.1, 1.0], 0.01]));
    assert_eq!(desk("peek"), serde_json::json!([[], null, null, "always"]));
}

#[tokio::test]
async fn the_catalog_lists_every_operation_with_its_source() {
    let page = fetch(&app("{}"), LOCAL, &[HERE]).await;
    let catalog: Value = serde_json::from_str(&page.body).expect("json");
    let entry = |name: &str| {
        let mut entries = catalog.as_array().expect("a list").iter();
        entries.find(|entry| entry["operation"] == name).unwrap_or_else(|| panic!("{name}: {}", page.body))
    };
    let list = entry("list");
    assert_eq!(
        (&list["provider"], &list["kind"], &list["breaker"]),
        (&"venue".into(), &"client".into(), &"venue".into())
    );
    assert_eq!((&list["function"], &list["module"]), (&"Venue::list".into(), &"guard".into()));
    assert_eq!(list["signals"], serde_json::json!(["span", "requests", "duration", "errors"]));
    assert_eq!(list["slow_threshold_seconds"], 0.25);
    assert_eq!(list["location"]["file"], "tests/guard.rs", "relative to the manifest");
    assert!(list["location"]["line"].as_u64().is_some_and(|line| line > 100));
    let fold_entry = entry("fold");
    assert_eq!(fold_entry["signals"], serde_json::json!(["requests", "duration"]));
    assert_eq!((&fold_entry["breaker"], &fold_entry["slow_threshold_seconds"]), (&Value::Null, &Value::Null));
    assert_eq!((Venue.list(), fold()), (Ok(1), 2));
}
