use super::{Entry, Settings};
use crate::diagnostics::Diagnostics;

fn mistakes(entry: Entry, arguments: &str) -> Vec<String> {
    let mut diagnostics = Diagnostics::default();
    Settings::parse(entry, arguments.parse().expect("tokens"), &mut diagnostics);
    diagnostics.messages()
}

#[test]
fn order_does_not_matter() {
    for arguments in ["\"a\", name = \"b\", kind = client", "kind = client, name = \"b\", provider = \"a\","]
    {
        assert!(mistakes(Entry::Instrument, arguments).is_empty(), "{arguments}");
    }
}

#[test]
fn every_mistake_is_reported() {
    let found = mistakes(Entry::Trace, "nmae = \"x\", kind = clinet, \"a\", provider = \"b\", err(off, off)");
    assert_eq!(found.len(), 4, "{found:#?}");
}

#[test]
fn a_missing_comma_hides_nothing() {
    let found = mistakes(Entry::Measure, "name = \"\" slow = \"5 ms\"");
    assert_eq!(found.len(), 3, "{found:#?}");
    assert!(found[0].contains("write `,` before `slow`"), "{found:#?}");
}

#[test]
fn a_breaker_checks_its_keys() {
    for arguments in [
        "breaker()",
        "breaker(\"shared\")",
        "breaker(failure_rate = 1.5)",
        "breaker(window = \"0s\")",
        "breaker(window = \"1s\", window_calls = 5)",
        "breaker(window_calls = 5, minimum_calls = 6)",
        "breaker(lease = \"1s\", lease = \"2s\")",
        "breaker(open_for = \"2s\", open_for_max = \"1s\")",
        "breaker(backoff_multiplier = 0.5)",
        "breaker(jitter = 2)",
        "breaker(ignore = \"not_found\")",
        "breaker(ignore = [])",
        "breaker(ignore = [not_found])",
        "breaker(ignore = [\"a\", \"b\"], slow_errors = [\"b\"])",
        "breaker(off)",
        "breaker = \" \"",
    ] {
        assert_eq!(mistakes(Entry::Instrument, arguments).len(), 1, "{arguments}");
    }
    let all = "breaker(backoff_multiplier = 2, open_for_max = \"1m\", jitter = 0.1, ignore = [\"a\"], \
               slow_errors = [\"b\", \"c\"])";
    assert!(mistakes(Entry::Instrument, all).is_empty());
    assert!(mistakes(Entry::Telemetry, "breaker(off)").is_empty());
}

#[test]
fn skip_stands_alone() {
    assert_eq!(mistakes(Entry::Telemetry, "skip, name = \"x\", include").len(), 2);
}

#[test]
fn fields_take_every_form() {
    let forms = "fields(a, ?b, %c, d = f::<A, B>(|x, y| x), e.type = ?self.e, \"g h\" = %{ 1 }, r#match, i = if a { 1 } else { 2 },)";
    assert!(mistakes(Entry::Trace, forms).is_empty());
    for arguments in [
        "fields()",
        "fields",
        "fields = a",
        "fields(a, a)",
        "fields(a b)",
        "fields(a.b)",
        "fields(code.x = 1)",
    ] {
        assert_eq!(mistakes(Entry::Telemetry, arguments).len(), 1, "{arguments}");
    }
}

#[test]
fn expressions_may_hold_commas() {
    let keys =
        "ok_if = |a| f(a, 1), error_type = name::<A, B>, parent = &self.cx, fallback(x::y, on = error), ret";
    assert!(mistakes(Entry::Instrument, keys).is_empty(), "{:?}", mistakes(Entry::Instrument, keys));
    for arguments in ["ok_if = f name = \"x\"", "name = \"x\" ok_if = f", "ok_if = , name = \"x\""] {
        assert_eq!(mistakes(Entry::Instrument, arguments).len(), 1, "{arguments}");
    }
}

#[test]
fn bounds_are_checked() {
    assert!(mistakes(Entry::Measure, "buckets = [0.1, 1, 2.5,]").is_empty());
    for arguments in [
        "buckets = []",
        "buckets = 0.1",
        "buckets = [0.1, 0.1]",
        "buckets = [1, 0.5]",
        "buckets = [0.0]",
        "buckets = [-1.0]",
        "buckets = [\"1s\"]",
        "buckets = [1e999]",
        "buckets = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]",
    ] {
        assert_eq!(mistakes(Entry::Measure, arguments).len(), 1, "{arguments}");
    }
}

#[test]
fn objectives_and_shares_are_checked() {
    assert!(mistakes(Entry::Measure, "slo(target = 99, latency = \"1s\")").is_empty());
    for arguments in [
        "slo",
        "slo(target = 99.9)",
        "slo(latency = \"1s\", target = 100)",
        "slo(latency = \"1s\", target = 0.999)",
        "slo(latency = \"0s\", target = 99)",
        "slo(latency = \"1s\", target = 99, window = \"30d\")",
        "slo(latency = \"1s\", target = 99, target = 98)",
    ] {
        assert_eq!(mistakes(Entry::Measure, arguments).len(), 1, "{arguments}");
    }
    for arguments in ["sample = always", "sample = 0.01", "sample = 1", "sample = 1.0"] {
        assert!(mistakes(Entry::Trace, arguments).is_empty(), "{arguments}");
    }
    for arguments in
        ["sample", "sample = 0", "sample = 1.5", "sample = sometimes", "sample = \"1\"", "sample = -1"]
    {
        assert_eq!(mistakes(Entry::Trace, arguments).len(), 1, "{arguments}");
    }
}

#[test]
fn labels_have_names_that_prometheus_takes() {
    assert!(mistakes(Entry::Measure, "labels(a, ?b, c = %d, \"e\" = 1)").is_empty());
    for name in ["status", "le", "quantile", "__name", "a.b", "\"9a\"", "\"é\"", "otel_metric_overflow"] {
        assert_eq!(mistakes(Entry::Measure, &format!("labels({name} = 1)")).len(), 1, "{name}");
    }
}
