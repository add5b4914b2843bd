//! Whether a request was meant by whoever sends it, and not by another site's page in their browser.

use axum::extract::Request;
use http::{HeaderMap, Method, Uri, header, uri::Authority};

/// The header that a form of another site cannot send.
pub(super) const INTENT: &str = "x-telemetry-request";

/// Whether requests of that method change nothing.
pub(super) fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Whether a page of another site makes the browser send it.
pub(super) fn is_foreign(request: &Request) -> bool {
    let headers = request.headers();
    if let Some(site) = text(headers, "sec-fetch-site") {
        // `none` is what a person types.
        return !matches!(site, "same-origin" | "none");
    }
    match text(headers, header::ORIGIN.as_str()) {
        None => false,
        Some(origin) => !is_own(origin, request),
    }
}

/// Whether the origin is the address that was asked.
fn is_own(origin: &str, request: &Request) -> bool {
    let Ok(origin) = origin.parse::<Uri>() else { return false };
    let asked = text(request.headers(), header::HOST.as_str())
        .or_else(|| request.uri().authority().map(Authority::as_str));
    match (origin.authority(), asked) {
        (Some(origin), Some(asked)) => origin.as_str().eq_ignore_ascii_case(asked),
        _ => false,
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn foreign(headers: &[(&str, &str)]) -> bool {
        let request = Request::post("/telemetry/api/settings").header("host", "shop.example:8000");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        is_foreign(&request.body(Body::empty()).expect("a request"))
    }

    #[test]
    fn only_other_sites_are_foreign() {
        let own: [&[(&str, &str)]; 5] = [
            &[],
            &[("origin", "http://shop.example:8000")],
            &[("origin", "https://SHOP.example:8000")],
            &[("sec-fetch-site", "same-origin"), ("origin", "https://behind.a.proxy")],
            &[("sec-fetch-site", "none")],
        ];
        for headers in own {
            assert!(!foreign(headers), "{headers:?}");
        }
        let others: [&[(&str, &str)]; 8] = [
            &[("origin", "http://evil.example")],
            &[("origin", "http://shop.example")],
            &[("origin", "http://shop.example:8000.evil.example")],
            &[("origin", "http://shop.example:8000@evil.example")],
            &[("origin", "null")],
            &[("origin", "")],
            &[("sec-fetch-site", "cross-site"), ("origin", "http://shop.example:8000")],
            &[("sec-fetch-site", "same-site")],
        ];
        for headers in others {
            assert!(foreign(headers), "{headers:?}");
        }
    }
}
