//! The description of the API, and the page that shows it or the program's own.

use axum::Router;
use http::StatusCode;
use serde_json::Value;

use crate::support::Ask;

#[tokio::test]
async fn the_description_names_types_that_it_has() {
    let description = Ask::get("/telemetry/api/openapi.json").json().await;
    assert_eq!(description["openapi"], "3.1.0");
    let schemas = description["components"]["schemas"].as_object().expect("schemas");
    let text = description.to_string();
    let named: Vec<&str> =
        text.split("\"#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(named.len() > 20, "{named:?}");
    for name in named {
        assert!(schemas.contains_key(name), "{name}");
    }
    for (path, item) in description["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("an object") {
            assert!(operation["summary"].is_string(), "{method} {path} says what it is");
            assert!(operation["responses"]["200"]["description"].is_string(), "{method} {path}");
        }
    }
    let overview = &schemas["Overview"]["properties"];
    assert!(
        overview["operations"]["items"]["$ref"].as_str().is_some_and(|name| name.ends_with("/OperationRow"))
    );
}

#[tokio::test]
async fn a_program_shows_its_own_api() {
    let openapi = r#"{ "openapi": "3.1.0", "info": { "title": "Quotes", "version": "1" }, "paths": {} }"#;
    let app: Router = Router::new().merge(telemetry_runtime::api_page("/docs", openapi));
    let page = Ask::get("/docs").of(&app).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("content=\"/docs/openapi.json\""), "{}", page.body);
    assert!(page.header("content-security-policy").contains("script-src 'self'"));
    let description: Value = Ask::get("/docs/openapi.json").of(&app).await.json();
    assert_eq!(description["info"]["title"], "Quotes");
    let scripts: Vec<&str> = page.body.split('"').filter(|word| word.starts_with("/docs/assets/")).collect();
    assert!(!scripts.is_empty());
    for script in scripts {
        assert_eq!(Ask::get(script).of(&app).await.status, StatusCode::OK, "{script}");
    }
    assert_eq!(Ask::get("/docs/assets/login.html").of(&app).await.status, StatusCode::NOT_FOUND);
}

#[test]
#[should_panic(expected = "is no path such as `/docs`")]
fn a_page_needs_a_path() {
    let _: Router = telemetry_runtime::api_page("docs", "{}");
}
