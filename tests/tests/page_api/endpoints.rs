//! Every endpoint of the description answers as it says.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use telemetry_runtime as telemetry;

use crate::support::{Ask, FOREIGN, entry, sampling, service, traces_of};

struct Shelf;

#[telemetry::instrument_adapter("shelf", kind = client, breaker, slo(latency = "250ms", target = 99.0))]
impl Shelf {
    fn fetch(&self, number: u32) -> Result<u32, telemetry::BreakerOpen> {
        Ok(number)
    }
}

/// Methods and paths of the description, with names that are there filled in.
async fn endpoints() -> Vec<(Method, String)> {
    let trace = {
        let _all = sampling().await;
        service();
        assert_eq!(Shelf.fetch(7), Ok(7));
        traces_of("shelf.fetch", 1).await[0]["trace_id"].as_str().expect("a trace").to_owned()
    };
    let description = Ask::get("/telemetry/api/openapi.json").json().await;
    let paths = description["paths"].as_object().expect("paths");
    let methods = paths.iter().flat_map(|(path, item)| {
        let path =
            path.replace("{id}", "shelf.fetch").replace("{trace_id}", &trace).replace("{name}", "shelf");
        let methods = item.as_object().expect("an object").keys();
        methods
            .map(move |method| (method.to_uppercase().parse().expect("a method"), path.clone()))
            .collect::<Vec<_>>()
    });
    methods.collect()
}

/// What a change of state would say.
fn order(path: &str) -> Value {
    match path {
        "/telemetry/api/settings" => json!({ "log_level": "info" }),
        path if path.ends_with("/record") => json!({ "calls": 0 }),
        _ => json!({ "order": "close" }),
    }
}

#[tokio::test]
async fn every_endpoint_of_the_description_is_served() {
    let endpoints = endpoints().await;
    assert_eq!(endpoints.len(), 15, "{endpoints:?}");
    for (method, path) in endpoints {
        if path.ends_with("/stream") {
            continue;
        }
        let ask = match method {
            Method::GET => Ask::get(&path),
            _ => Ask::change(method.clone(), &path, &order(&path)),
        };
        let page = ask.answer().await;
        assert_eq!(page.status, StatusCode::OK, "{method} {path}: {}", page.body);
        assert_eq!(page.header("content-type"), "application/json", "{method} {path}");
        assert_eq!(page.header("cache-control"), "no-store", "{method} {path}");
        page.json();
    }
}

#[tokio::test]
async fn no_endpoint_is_open_to_others() {
    for (method, path) in endpoints().await {
        let ask = || Ask::change(method.clone(), &path, &order(&path));
        let refused = [
            (ask().from(Some(FOREIGN)), StatusCode::UNAUTHORIZED),
            (ask().header("host", "evil.example"), StatusCode::UNAUTHORIZED),
            (ask().header("x-forwarded-for", "127.0.0.1"), StatusCode::UNAUTHORIZED),
            (ask().header("forwarded", "for=127.0.0.1"), StatusCode::UNAUTHORIZED),
            (ask().from(None), StatusCode::FORBIDDEN),
            (ask().header("sec-fetch-site", "cross-site"), StatusCode::FORBIDDEN),
            (ask().header("origin", "http://evil.example"), StatusCode::FORBIDDEN),
        ];
        for (case, (ask, expected)) in refused.into_iter().enumerate() {
            let page = ask.answer().await;
            assert_eq!(page.status, expected, "{method} {path}, case {case}: {}", page.body);
            let answer = page.json();
            assert!(answer["error"].is_string() && answer["remedy"].is_string(), "{answer}");
        }
    }
}

#[tokio::test]
async fn a_change_has_to_be_meant_and_no_get_is_one() {
    for (method, path) in endpoints().await.into_iter().filter(|(method, _)| *method != Method::GET) {
        let page =
            Ask::change(method.clone(), &path, &order(&path)).without("x-telemetry-request").answer().await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{method} {path}");
        assert!(page.body.contains("X-Telemetry-Request"), "{}", page.body);
        let page = Ask::post(&path, &json!("nonsense")).answer().await;
        assert!(page.status.is_client_error(), "{path}: {}", page.status);
    }
    let before = Ask::get("/telemetry/api/breakers").json().await;
    for path in
        ["/telemetry/api/breakers/shelf", "/telemetry/api/operations/shelf.fetch/record", "/telemetry/logout"]
    {
        let page = Ask::get(format!("{path}?order=force_open&calls=5")).answer().await;
        assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
    }
    let after = Ask::get("/telemetry/api/breakers").json().await;
    assert_eq!(entry(&before, "name", "shelf")["state"], entry(&after, "name", "shelf")["state"]);
}

#[tokio::test]
async fn what_is_not_there_is_told_with_a_remedy() {
    let missing = [
        Ask::get("/telemetry/api/operations/no.such"),
        Ask::get("/telemetry/api/traces/0123"),
        Ask::get("/telemetry/api/traces/00000000000000000000000000000001"),
        Ask::post("/telemetry/api/breakers/none", &json!({ "order": "reset" })),
        Ask::post("/telemetry/api/operations/no.such/record", &json!({ "calls": 1 })),
    ];
    for ask in missing {
        let page = ask.answer().await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{}", page.body);
        assert!(!page.json()["remedy"].as_str().expect("a remedy").is_empty());
    }
    let wrong = [
        Ask::get("/telemetry/api/traces?status=odd"),
        Ask::get("/telemetry/api/traces?min_duration=-1"),
        Ask::get("/telemetry/api/traces?min_duration=NaN"),
        Ask::get("/telemetry/api/traces?odd=1"),
        Ask::post("/telemetry/api/operations/shelf.fetch/record", &json!({})),
        Ask::post("/telemetry/api/operations/shelf.fetch/record", &json!({ "calls": 1001 })),
        Ask::post("/telemetry/api/settings", &json!({})),
        Ask::post("/telemetry/api/settings", &json!({ "sampling_ratio": 1.5 })),
    ];
    for ask in wrong {
        let page = ask.answer().await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{}", page.body);
        assert!(!page.json()["remedy"].as_str().expect("a remedy").is_empty());
    }
}
