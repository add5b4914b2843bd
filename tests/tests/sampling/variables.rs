//! `OTEL_TRACES_SAMPLER`, as far as what it decides.

use std::collections::BTreeMap;

use super::support::*;

fn settings(sampler: &str, argument: &str) -> Settings {
    let variables = [("OTEL_TRACES_SAMPLER", sampler), ("OTEL_TRACES_SAMPLER_ARG", argument)];
    let variables: BTreeMap<String, String> =
        variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Settings::from_yaml_and("exporters: []", &variables).expect("legal")
}

/// Whether calls are recorded as roots, and below callers that were sampled and not.
fn recorded() -> [bool; 3] {
    let of = |parent: &Context| {
        under(parent, || {
            call("any", || Some(current_span() != *parent.span_context() && current_span().is_sampled()))
        })
    };
    [Context::NONE, caller_of(1, true), caller_of(1, false)].map(|parent| of(&parent) == Some(true))
}

#[test]
fn each_name_decides_as_the_specification_says() {
    for (sampler, argument, expected) in [
        ("always_on", "", [true; 3]),
        ("always_off", "", [false; 3]),
        ("traceidratio", "1", [true; 3]),
        ("traceidratio", "0", [false; 3]),
        ("parentbased_always_on", "", [true, true, false]),
        ("parentbased_always_off", "", [false, true, false]),
        ("parentbased_traceidratio", "1", [true, true, false]),
        ("parentbased_traceidratio", "0", [false, true, false]),
    ] {
        let settings = settings(sampler, argument);
        assert!(settings.warnings().is_empty(), "{:?}", settings.warnings());
        let program = Program::of(&settings);
        assert_eq!(recorded(), expected, "{sampler} {argument}");
        program.settled();
    }
}

#[test]
fn a_name_that_nobody_knows_is_told_of_and_changes_nothing() {
    for sampler in ["jaeger_remote", "parentbased_jaeger_remote", "xray", "on"] {
        let settings = settings(sampler, "0.5");
        assert!(
            settings.warnings().iter().any(|warning| warning.contains(sampler)),
            "{:?}",
            settings.warnings()
        );
        let program = Program::of(&settings);
        assert_eq!(recorded(), [true, true, false], "{sampler}");
        program.settled();
    }
}

#[test]
fn a_ratio_of_the_variables() {
    let program = Program::of(&settings("traceidratio", "0.5"));
    let mut of_roots = 0;
    let mut of_callers = 0;
    for number in 0..4000 {
        of_roots += u64::from(call("root", || Some(current_span().is_sampled())) == Some(true));
        let caller = caller_of(number, number % 2 == 0);
        let below = under(&caller, || call("below", || Some(current_span() != *caller.span_context())));
        of_callers += u64::from(below == Some(true));
        if number % 500 == 499 {
            program.flush();
        }
    }
    assert_share(of_roots, 4000, 0.5);
    assert_share(of_callers, 4000, 0.5);
    program.settled();
}
