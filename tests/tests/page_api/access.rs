//! Logging in, and what browsers are told.

use http::StatusCode;
use serde_json::json;

use crate::support::{Ask, FOREIGN, Page, SECRET};

const HTML: &str = "text/html,application/xhtml+xml";

fn away(ask: Ask) -> Ask {
    ask.from(Some(FOREIGN)).header("host", "shop.example")
}

async fn log_in(token: &str) -> Page {
    away(Ask::form("/telemetry/login", &format!("token={token}"))).answer().await
}

/// The cookie as the browser sends it back.
fn cookie(page: &Page) -> String {
    page.header("set-cookie").split(';').next().expect("a cookie").to_owned()
}

#[tokio::test]
async fn a_browser_is_led_to_the_form_and_a_program_is_told() {
    for path in ["/telemetry", "/telemetry/docs"] {
        let page = away(Ask::get(path)).header("accept", HTML).answer().await;
        assert_eq!((page.status, page.header("location")), (StatusCode::SEE_OTHER, "/telemetry/login"));
        assert_eq!(away(Ask::get(path)).answer().await.status, StatusCode::UNAUTHORIZED);
    }
    let page = away(Ask::get("/telemetry/api/overview")).header("accept", HTML).answer().await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED, "no API leads elsewhere");
    let form = away(Ask::get("/telemetry/login")).header("accept", HTML).answer().await;
    assert_eq!(form.status, StatusCode::OK);
    assert!(form.body.contains("name=\"token\"") && !form.body.contains("{{"), "{}", form.body);
}

#[tokio::test]
async fn a_session_opens_everything_until_it_ends() {
    let page = log_in(SECRET).await;
    assert_eq!(
        (page.status, page.header("location")),
        (StatusCode::SEE_OTHER, "/telemetry"),
        "{}",
        page.body
    );
    let set = page.header("set-cookie");
    for word in ["HttpOnly", "SameSite=Strict", "Path=/telemetry", "Max-Age=43200"] {
        assert!(set.contains(word), "{set}");
    }
    assert!(!set.contains(SECRET) && !set.contains("Secure"), "{set}");
    let cookie = cookie(&page);
    let ask = || away(Ask::get("/telemetry/api/overview")).header("cookie", format!("a=b; {cookie}"));
    assert_eq!(ask().answer().await.status, StatusCode::OK);
    let order = || away(Ask::post("/telemetry/api/settings", &json!({ "log_level": "info" })));
    assert_eq!(order().header("cookie", &*cookie).answer().await.status, StatusCode::OK);
    let foreign = order().header("cookie", &*cookie).header("origin", "https://evil.example");
    assert_eq!(foreign.answer().await.status, StatusCode::FORBIDDEN);

    let out = away(Ask::form("/telemetry/logout", "")).header("cookie", &*cookie);
    let out = out.answer().await;
    assert_eq!((out.status, out.header("location")), (StatusCode::SEE_OTHER, "/telemetry/login"));
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(ask().answer().await.status, StatusCode::UNAUTHORIZED, "the session has ended");
}

#[tokio::test]
async fn behind_tls_the_cookie_stays_there() {
    let ask = away(Ask::form("/telemetry/login", &format!("token={SECRET}")));
    let page = ask.header("x-forwarded-proto", "https").answer().await;
    assert!(page.header("set-cookie").ends_with("; Secure"), "{}", page.header("set-cookie"));
}

#[tokio::test]
async fn a_wrong_token_is_no_session() {
    for token in ["wrong", "", "t0p-s3cre", "T0P-S3CRET"] {
        let page = log_in(token).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{token}");
        assert!(page.headers.get("set-cookie").is_none());
        assert!(!page.body.contains(SECRET) && page.body.contains("token"), "{}", page.body);
    }
    let page = away(Ask::form("/telemetry/login", "name=x")).answer().await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    let page = away(Ask::form("/telemetry/login", &"x".repeat(100_000))).answer().await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    let other_site = away(Ask::form("/telemetry/login", &format!("token={SECRET}")));
    let page = other_site.header("origin", "https://evil.example").answer().await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "another site's form");
    for guessed in ["telemetry_session=", "telemetry_session=0000", &format!("telemetry_session={SECRET}")] {
        let page = away(Ask::get("/telemetry/api/overview")).header("cookie", guessed).answer().await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{guessed}");
    }
}

#[tokio::test]
async fn every_page_says_what_browsers_may_do_with_it() {
    let pages = [
        Ask::get("/telemetry"),
        Ask::get("/telemetry/docs"),
        away(Ask::get("/telemetry/login")),
        Ask::get("/telemetry/api/overview"),
        Ask::get("/telemetry/catalog"),
        away(Ask::get("/telemetry/api/overview")),
    ];
    for ask in pages {
        let page = ask.answer().await;
        let policy = page.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(part), "{policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("x-frame-options"), "DENY");
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert_eq!(page.header("cross-origin-resource-policy"), "same-origin");
    }
}

#[tokio::test]
async fn files_are_kept_by_browsers_and_small_on_the_way() {
    let page = Ask::get("/telemetry").answer().await;
    assert!(page.header("content-type").starts_with("text/html"), "{}", page.header("content-type"));
    let file = page.body.split("src=\"/telemetry/assets/").nth(1).expect("a script");
    let file = format!("/telemetry/assets/{}", file.split('"').next().expect("its name"));
    let plain = Ask::get(&file).answer().await;
    assert_eq!(
        (plain.status, plain.header("content-type")),
        (StatusCode::OK, "text/javascript; charset=utf-8")
    );
    let tag = plain.header("etag").to_owned();
    let again = Ask::get(&file).header("if-none-match", tag).answer().await;
    assert_eq!((again.status, &*again.body), (StatusCode::NOT_MODIFIED, ""));
    let other = Ask::get(&file).header("if-none-match", "\"other\"").answer().await;
    assert_eq!(other.status, StatusCode::OK);
    let page = Ask::get("/telemetry").header("accept-encoding", "gzip, br").answer().await;
    assert_eq!(page.header("content-encoding"), "gzip");
    for none in ["/telemetry/assets/none.js", "/telemetry/assets/../page.rs", "/telemetry/assets/login.html"]
    {
        assert_eq!(Ask::get(none).answer().await.status, StatusCode::NOT_FOUND, "{none}");
    }
}
