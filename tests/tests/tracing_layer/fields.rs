//! What spans and events say.

use std::fmt;

use opentelemetry::{
    Value,
    trace::{SpanKind, Status},
};

use crate::support::{attribute, named, recorded};

fn value(span: &opentelemetry_sdk::trace::SpanData, key: &str) -> Option<Value> {
    let found = span.attributes.iter().find(|attribute| attribute.key.as_str() == key);
    found.map(|attribute| attribute.value.clone())
}

#[test]
fn fields_keep_their_types_and_names() {
    let telemetry = recorded(|_| {
        let span = tracing::info_span!(
            "typed",
            whole = -7_i64,
            large = u64::MAX,
            real = 0.5_f64,
            flag = true,
            http.route = "/quotes/{symbol}",
            debugged = ?Some(1),
            displayed = %"plain",
            later = tracing::field::Empty,
            never = tracing::field::Empty,
        );
        span.record("later", 3_u64);
        span.record("flag", false);
    });
    let span = named(&telemetry, "typed");
    assert_eq!(value(&span, "whole"), Some(Value::I64(-7)));
    assert_eq!(value(&span, "large"), Some(Value::from(u64::MAX.to_string())), "no signed number holds it");
    assert_eq!(value(&span, "real"), Some(Value::F64(0.5)));
    assert_eq!(value(&span, "flag"), Some(Value::Bool(false)), "the last value counts");
    assert_eq!(value(&span, "http.route"), Some(Value::from("/quotes/{symbol}")));
    assert_eq!(value(&span, "debugged"), Some(Value::from("Some(1)")));
    assert_eq!(value(&span, "displayed"), Some(Value::from("plain")));
    assert_eq!(value(&span, "later"), Some(Value::I64(3)));
    assert_eq!(value(&span, "never"), None);
    assert!(attribute(&span, "code.file.path").ends_with("fields.rs"));
    assert_ne!(attribute(&span, "code.line.number"), "");
    assert_eq!(attribute(&span, "code.module.name"), module_path!());
    assert_eq!((span.span_kind, span.status), (SpanKind::Internal, Status::Unset));
}

#[test]
fn some_fields_are_about_the_span_itself() {
    let telemetry = recorded(|_| {
        drop(tracing::info_span!("one", otel.name = "GET /quotes", otel.kind = "server"));
        let late = tracing::info_span!(
            "two",
            otel.name = tracing::field::Empty,
            otel.kind = ?SpanKind::Client,
            otel.status_code = tracing::field::Empty,
            otel.status_message = tracing::field::Empty,
        );
        late.record("otel.name", "renamed");
        late.record("otel.status_code", "ERROR");
        late.record("otel.status_message", "too late");
        drop(late);
        let fine = tracing::info_span!("three", otel.status_code = "ok", otel.kind = "nonsense");
        fine.in_scope(|| tracing::error!("not so bad"));
        drop(fine);
        drop(tracing::info_span!("four", otel.status_description = "no words for it"));
    });
    let first = named(&telemetry, "GET /quotes");
    assert_eq!((first.span_kind.clone(), attribute(&first, "otel.name")), (SpanKind::Server, String::new()));
    let second = named(&telemetry, "renamed");
    assert_eq!((second.span_kind, second.status), (SpanKind::Client, Status::error("too late")));
    let third = named(&telemetry, "three");
    assert_eq!((third.span_kind, third.status), (SpanKind::Internal, Status::Ok));
    assert_eq!(named(&telemetry, "four").status, Status::error("no words for it"));
}

#[test]
fn events_stand_at_the_span_around_them() {
    let telemetry = recorded(|_| {
        let outer = tracing::info_span!("outer");
        let _entered = outer.enter();
        tracing::warn!(target: "shop::cart", items = 3, "nearly {}", "empty");
        tracing::info!(parent: &outer, only = "fields");
        let inner = tracing::info_span!("inner");
        tracing::info!(parent: &inner, "inside");
        tracing::info!(parent: None, "nowhere");
    });
    let outer = named(&telemetry, "outer");
    let [empty, fields] = &outer.events[..] else { panic!("{:?}", outer.events) };
    assert_eq!(empty.name, "nearly empty");
    let shown: Vec<String> = empty.attributes.iter().map(|kv| format!("{}={}", kv.key, kv.value)).collect();
    assert_eq!(shown, ["level=WARN", "target=shop::cart", "items=3"]);
    assert!(fields.name.starts_with("event "), "{}", fields.name);
    assert_eq!(named(&telemetry, "inner").events[0].name, "inside");
    assert_eq!(outer.status, Status::Unset);
}

#[derive(Debug)]
struct Failure(Option<Box<Failure>>);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no answer from https://user:s3cret@host/path?key=s3cret")
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.as_deref().map(|cause| cause as _)
    }
}

#[tracing::instrument(err)]
fn fails() -> Result<(), Failure> {
    Err(Failure(None))
}

#[test]
fn errors_fail_their_span() {
    let telemetry = recorded(|_| {
        let _ = fails();
        let error = Failure(Some(Box::new(Failure(None))));
        let error: &(dyn std::error::Error + 'static) = &error;
        let span = tracing::info_span!("told", cause = error);
        span.in_scope(|| tracing::error!(parent: &span, error, "it broke"));
    });
    let span = named(&telemetry, "fails");
    assert!(matches!(&span.status, Status::Error { description } if description.contains("no answer")));
    assert_eq!(span.events[0].name, "exception");
    let told = named(&telemetry, "told");
    assert!(matches!(told.status, Status::Error { .. }));
    let expected = "no answer from https://host/path?key=…";
    assert_eq!(
        (attribute(&told, "cause"), attribute(&told, "cause.chain")),
        (expected.into(), expected.into())
    );
    let event = &told.events[0];
    assert_eq!(event.name, "it broke");
    let error = event.attributes.iter().find(|attribute| attribute.key.as_str() == "error");
    assert_eq!(error.map(|error| error.value.to_string()), Some(expected.to_owned()));
}

#[test]
fn secrets_are_scrubbed() {
    let telemetry = recorded(|_| {
        let span = tracing::info_span!("login", user.password = "s3cret", user = "ann");
        span.in_scope(|| tracing::info!(http.request.header.authorization = "Bearer s3cret", "asked"));
    });
    assert_eq!(attribute(&named(&telemetry, "login"), "user.password"), "[redacted]");
    assert!(!format!("{:?}", telemetry.spans()).contains("s3cret"));
}

/// Code that formats a value may do anything.
struct Odd;

impl fmt::Debug for Odd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let _span = tracing::info_span!("while formatting").entered();
        tracing::info!("still");
        f.write_str("odd")
    }
}

struct Panics;

impl fmt::Debug for Panics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("half of it")?;
        panic!("not today")
    }
}

#[test]
fn values_may_log_and_panic_while_they_are_formatted() {
    let telemetry = recorded(|_| {
        let span = tracing::info_span!("outer", odd = ?Odd, panics = ?Panics, after = 1);
        span.in_scope(|| tracing::info!(odd = ?Odd, panics = ?Panics, after = 2, "event"));
        span.record("after", tracing::field::debug(Odd));
    });
    let outer = named(&telemetry, "outer");
    let values = ["odd", "panics", "after"].map(|key| attribute(&outer, key));
    assert_eq!(values, ["odd", "", "odd"]);
    assert_eq!(outer.events[0].attributes.len(), 4, "level, target, odd, after");
}

#[test]
fn a_span_holds_as_much_as_it_may() {
    let telemetry = recorded(|_| {
        let span = tracing::info_span!("large", text = "x".repeat(1 << 20));
        let _entered = span.enter();
        for number in 0..200 {
            tracing::info!(number, "event");
        }
    });
    let span = named(&telemetry, "large");
    assert_eq!(attribute(&span, "text").len(), 16 * 1024);
    assert_eq!((span.events.len(), span.events.dropped_count), (128, 72));
}
