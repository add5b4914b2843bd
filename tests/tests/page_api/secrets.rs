//! No answer holds a secret, or says where something leads to.

use http::Method;
use telemetry_runtime as telemetry;

use crate::support::{Ask, SECRET, entry, service, until};

#[tokio::test]
async fn no_answer_holds_a_secret() {
    service();
    drop(
        telemetry::span("secretive").attribute("password", SECRET).attribute("authorization", SECRET).start(),
    );
    tracing::error!(target: "page_secrets", api_key = SECRET, "with a secret");
    let path = "/telemetry/api/traces?operation=secretive";
    let list =
        until("the trace", path, |list| list["traces"].as_array().is_some_and(|all| !all.is_empty())).await;
    let trace = list["traces"][0]["trace_id"].as_str().expect("an id").to_owned();
    let description = Ask::get("/telemetry/api/openapi.json").json().await;
    let paths = description["paths"].as_object().expect("paths").keys();
    let gets =
        paths.filter(|path| !path.ends_with("/stream") && description["paths"][*path].get("get").is_some());
    let filled = gets.map(|path| path.replace("{trace_id}", &trace).replace("{id}", "secretive.none"));
    let others = ["/telemetry", "/telemetry/docs", "/telemetry/login", "/metrics", "/health/telemetry"];
    for path in filled.chain(others.map(str::to_owned)).chain(["/telemetry/api/openapi.json".to_owned()]) {
        let page = Ask::get(&path).answer().await;
        assert!(!page.body.contains(SECRET), "{path}: {}", page.body);
        assert!(!format!("{:?}", page.headers).contains(SECRET), "{path}");
    }
    let refused = Ask::get("/telemetry").header("authorization", format!("Bearer {SECRET}x")).answer().await;
    assert!(!refused.body.contains(SECRET), "{}", refused.body);
}

#[tokio::test]
async fn exporters_say_how_they_do_and_not_where_they_lead_to() {
    service();
    drop(telemetry::span("exported").start());
    let path = "/telemetry/api/exporters";
    let all = until("a failure", path, |all| {
        all.as_array()
            .is_some_and(|all| all.iter().any(|row| row["name"] == "otlp" && row["last_failure"].is_object()))
    })
    .await;
    let text = all.to_string();
    for place in ["127.0.0.1", "http", "://", SECRET] {
        assert!(!text.contains(place), "{text}");
    }
    let memory = entry(&all, "name", "memory");
    assert_eq!((&memory["signal"], &memory["breaker"]), (&"spans".into(), &"closed".into()));
    let signals: Vec<_> = all.as_array().expect("a list").iter().map(|row| row["signal"].clone()).collect();
    assert!(signals.contains(&"logs".into()) && signals.contains(&"metrics".into()), "{signals:?}");
    let page = Ask::change(Method::POST, path, &serde_json::json!({})).answer().await;
    assert_eq!(page.status, http::StatusCode::METHOD_NOT_ALLOWED);
}
