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
        "breaker(off)",
        "breaker = \" \"",
    ] {
        assert_eq!(mistakes(Entry::Instrument, arguments).len(), 1, "{arguments}");
    }
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
