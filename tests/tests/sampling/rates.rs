//! How much is recorded of much.

use super::support::*;

/// So many traces of two spans, in batches that the rings hold; how many were chosen at their beginning.
fn traces(program: &Program, operation: &'static str, count: u64) -> u64 {
    let mut chosen = 0;
    for number in 0..count {
        let is_chosen = call(operation, || {
            call("child", || ());
            Some(current_span().is_sampled())
        });
        chosen += u64::from(is_chosen == Some(true));
        if number % 500 == 499 {
            program.flush();
        }
    }
    chosen
}

#[test]
fn a_ratio() {
    for ratio in [0.0, 0.02, 0.5, 1.0] {
        let asked = if ratio == 0.02 { 100_000 } else { 8000 };
        let program = Program::new(ratio, "");
        let chosen = traces(&program, "root", asked);
        assert_share(chosen, asked, ratio);
        let account = program.settled();
        assert_eq!((account.started, account.exported), (2 * chosen, 2 * chosen), "whole traces only");
    }
}

#[test]
fn rules_each_with_a_ratio_of_its_own() {
    let program = Program::new(
        0.25,
        "rules: [{ operation: half, ratio: 0.5 }, { provider: s, operation: much, ratio: 0.75 }]",
    );
    let [half, much, rest] = ["half", "much", "rest"].map(|operation| traces(&program, operation, 10_000));
    assert_share(half, 10_000, 0.5);
    assert_share(much, 10_000, 0.75);
    assert_share(rest, 10_000, 0.25);
    assert_eq!(program.settled().exported, 2 * (half + much + rest));
}

#[test]
fn a_rule_a_ratio_a_limit_and_what_is_kept() {
    let program = Program::new(
        0.25,
        "rules: [{ operation: health, ratio: 0 }], rate_limit: 1500, keep: { slower_than: 500ms }",
    );
    assert_eq!(traces(&program, "health", 5000), 0);
    let chosen = traces(&program, "root", 5000);
    assert_share(chosen, 5000, 0.25);
    let second = traces(&program, "root", 5000);
    assert_eq!(chosen + second, 1500, "the bucket is empty");
    (0..50).for_each(|_| takes("health", millis(501)));
    let account = program.settled();
    assert_eq!(account.exported, 2 * 1500 + 50);
    assert_eq!(account.dropped("not_kept"), account.started - account.exported);
    assert_eq!(account.started, 2 * 15_000 + 50, "what is not chosen is pending");
}

#[test]
fn shares_of_callers_traces_are_the_same_wherever_they_are_asked_for() {
    let program = Program::new(0.5, "parent_based: false, keep: { errors: true }");
    let mut recorded = 0;
    for number in 0..8000 {
        let caller = caller_of(number, number % 2 == 0);
        let chosen =
            |operation| under(&caller, || call(operation, || Some(current_span() != *caller.span_context())));
        let first = chosen("first") == Some(true);
        assert_eq!(chosen("second") == Some(true), first, "one trace, one decision");
        recorded += u64::from(first);
        if number % 500 == 499 {
            program.flush();
        }
    }
    assert_share(recorded, 8000, 0.5);
    let account = program.settled();
    assert_eq!(
        (account.started, account.exported),
        (2 * recorded, 2 * recorded),
        "nothing is pending below callers"
    );
}
