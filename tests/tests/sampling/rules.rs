//! Rules: whose traces they decide on, in which order.

use axum::{Router, body::Body, routing::get};
use http::Request;
use tower::ServiceExt;

use super::support::*;

/// Which of these calls are recorded as roots: provider and operation.
fn recorded(calls: &[(&str, &str)]) -> Vec<bool> {
    calls
        .iter()
        .map(|(provider, operation)| {
            Operation::new(provider, operation).run(|| Some(current_span().is_sampled())).expect("a call")
        })
        .collect()
}

const CALLS: [(&str, &str); 4] = [("db", "health"), ("db", "load"), ("api", "health"), ("api", "quote")];

#[test]
fn the_first_rule_that_matches_with_all_its_names_decides() {
    let program = Program::new(
        1.0,
        "rules: [
            { provider: db, operation: health, ratio: 1 },
            { operation: health, ratio: 0 },
            { provider: db, ratio: 0 },
            { operation: health, ratio: 1 },
        ]",
    );
    assert_eq!(recorded(&CALLS), [true, false, false, true]);
    assert_eq!(recorded(&CALLS), [true, false, false, true], "also when it is remembered");
    let below = call("root", || Some(recorded(&CALLS)));
    assert_eq!(below.as_deref(), Some(&[true; 4][..]), "rules are for roots");
    program.settled();
}

#[test]
fn a_rule_of_another_service_is_none() {
    let rules = "rules: [{ service: orders, operation: quote, ratio: 0 }, { service: other, ratio: 0 }]";
    let program =
        Program::with(&format!("service: {{ name: orders }}\ntracing: {{ sampler: {{ {rules} }} }}"));
    assert_eq!(recorded(&CALLS), [true, true, true, false]);
    drop(span("by hand").start());
    assert_eq!(program.names().len(), 4, "a span by hand has a service only");
    let policy = SamplingPolicy::new(1.0).rule(SamplingRule::new(0.0).service("orders"));
    program.telemetry.set_sampling(policy).expect("legal");
    assert_eq!(recorded(&CALLS), [false; 4]);
    assert!(!span("by hand").start().is_recording());
    program.settled();
}

#[test]
fn names_are_compared_as_they_are() {
    let program =
        Program::new(0.0, "rules: [{ operation: 'qu*', ratio: 1 }, { operation: Quote, ratio: 1 }]");
    assert_eq!(recorded(&CALLS), [false; 4]);
    assert_eq!(recorded(&[("api", "qu*"), ("api", "Quote")]), [true, true]);
    program.settled();
}

#[tokio::test]
async fn requests_go_by_their_route() {
    let program =
        Program::new(0.0, "rules: [{ route: '/quotes/{symbol}', ratio: 1 }, { operation: load, ratio: 1 }]");
    let handler = || async {
        call("load", || Some(current_span().is_sampled())).map(|it| it.to_string()).unwrap_or_default()
    };
    let app = Router::new()
        .route("/quotes/{symbol}", get(handler))
        .route("/orders", get(handler))
        .layer(program.telemetry.layer());
    for (uri, is_recorded) in [("/quotes/ACME", "true"), ("/orders", "false"), ("/quotes/INIT", "true")] {
        let request = Request::get(uri).body(Body::empty()).expect("a request");
        let response = app.clone().oneshot(request).await.expect("infallible");
        let body = axum::body::to_bytes(response.into_body(), 100).await.expect("short");
        assert_eq!(body, is_recorded.as_bytes(), "{uri}: below a request its decision holds");
    }
    call("load", || ());
    let names = program.names();
    assert_eq!(names, ["GET /quotes/{symbol}", "GET /quotes/{symbol}", "s.load", "s.load", "s.load"]);
    program.settled();
}

#[telemetry::trace("rules", sample = always)]
fn always() {}

#[telemetry::trace("rules", sample = never)]
fn never() {}

#[test]
fn the_attribute_of_an_operation_wins_over_rules() {
    let program =
        Program::new(0.5, "rules: [{ operation: always, ratio: 0 }, { operation: never, ratio: 1 }]");
    always();
    never();
    assert_eq!(program.names(), ["rules.always"]);
    program.settled();
}

use telemetry_runtime as telemetry;
