//! Policies that change while the program runs.

use std::{
    fs,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use telemetry::SetupError;
use telemetry_runtime as telemetry;

use super::support::*;

fn is_sampled(operation: &'static str) -> bool {
    call(operation, || Some(current_span().is_sampled())) == Some(true)
}

#[test]
fn a_reload_brings_every_part_of_the_policy() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("settings.yaml");
    let write = |ratio: f64, sampler: &str| {
        let text = format!(
            "exporters: []\ntelemetry: {{ sampling_ratio: {ratio} }}\ntracing: {{ sampler: {{ {sampler} }} }}"
        );
        fs::write(&file, text).expect("written");
    };
    write(0.0, "");
    let program = Program::of(&Settings::from_file(&file).expect("legal"));
    let reload = || program.telemetry.reload().expect("legal");
    assert!(!is_sampled("a"));
    write(1.0, "");
    reload();
    assert!(is_sampled("a"));
    write(1.0, "rules: [{ operation: a, ratio: 0 }]");
    reload();
    assert!(!is_sampled("a") && is_sampled("b"));
    write(1.0, "rules: [{ operation: b, ratio: 0 }]");
    reload();
    assert!(is_sampled("a") && !is_sampled("b"), "what was remembered of the old rules is forgotten");
    write(1.0, "rate_limit: 1");
    reload();
    assert!(is_sampled("a") && !is_sampled("a"));
    write(0.0, "keep: { errors: true }");
    reload();
    program.flush();
    program.kept.clear();
    fails("failing");
    assert_eq!(program.names(), ["s.failing"]);
    write(0.0, "remote_parent_not_sampled: always_on");
    reload();
    under(&caller_of(1, false), || assert!(is_sampled("a")));
    write(0.0, "remote_parent_not_sampled: sometimes");
    assert!(program.telemetry.reload().is_err());
    under(&caller_of(1, false), || assert!(is_sampled("a"), "a bad file changes nothing"));

    let policy = SamplingPolicy::new(1.0);
    program.telemetry.set_sampling(policy.clone()).expect("legal");
    assert!(is_sampled("a"));
    assert_eq!(program.telemetry.sampling(), Some(policy));
    write(0.0, "");
    reload();
    assert!(!is_sampled("a"), "the file is read again");
}

#[test]
fn traces_go_on_as_they_were_decided() {
    let program = Program::new(0.0, "keep: { errors: true }");
    let set = |policy| program.telemetry.set_sampling(policy).expect("legal");
    call("pending", || {
        set(SamplingPolicy::new(0.0));
        fails("of_pending");
    });
    program.flush();
    call("unsampled", || {
        set(SamplingPolicy::new(1.0));
        fails("of_unsampled");
    });
    call("sampled", || {
        set(SamplingPolicy::new(0.0).keep_errors(true));
        call("of_sampled", || ());
    });
    call("kept", || fails("of_kept"));
    assert_eq!(program.names(), ["s.kept", "s.of_kept", "s.of_sampled", "s.sampled"]);
    assert_eq!(program.settled().dropped("not_kept"), 2, "nothing keeps what was pending any more");
}

#[test]
fn a_policy_that_changes_under_load_loses_no_span() {
    let program = Program::with(
        "tracing: { sampler: { keep: { errors: true } }, batch: { max_queue_size: 60000, flush_interval: 10ms } }",
    );
    let policies = [
        SamplingPolicy::new(0.5).keep_errors(true),
        SamplingPolicy::new(0.1).rule(SamplingRule::new(1.0).operation("root")).rate_limit(1000.0),
        SamplingPolicy::new(1.0),
        SamplingPolicy::new(0.0).keep_slower_than(millis(1)).keep_at_most(50, 1 << 20),
        SamplingPolicy::new(0.3).local_parent_not_sampled(ParentSampler::Ratio(0.6)).keep_errors(true),
        SamplingPolicy::new(0.0),
    ];
    let (is_over, calls) = (AtomicBool::new(false), AtomicU64::new(0));
    thread::scope(|scope| {
        // Also if a change panics.
        let _over = Over(&is_over);
        for _ in 0..3 {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    call("root", || {
                        call("child", || ());
                        if calls.fetch_add(1, Ordering::Relaxed) % 7 == 0 {
                            fails("failing");
                        }
                    });
                    assert!(!current_span().is_valid());
                    advance(Duration::from_micros(10));
                }
            });
        }
        for change in 0..60 {
            program.telemetry.set_sampling(policies[change % policies.len()].clone()).expect("legal");
            wait_for_more(&calls, 500);
        }
    });
    // Roots that found no room in their ring are waited for, up to a time.
    program.flush();
    advance(Duration::from_secs(120));
    program.settled();
}

struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Polls with a deadline.
fn wait_for_more(calls: &AtomicU64, more: u64) {
    let (before, deadline) = (calls.load(Ordering::Relaxed), Instant::now() + Duration::from_secs(30));
    while calls.load(Ordering::Relaxed) < before + more {
        assert!(Instant::now() < deadline, "the calls stand still");
        thread::yield_now();
    }
}

#[test]
fn a_bad_policy_is_refused_and_changes_nothing() {
    let program = Program::new(1.0, "");
    for policy in [
        SamplingPolicy::new(2.0),
        SamplingPolicy::new(0.0).rule(SamplingRule::new(0.5)),
        SamplingPolicy::new(0.0).rate_limit(-1.0),
    ] {
        let error = program.telemetry.set_sampling(policy).expect_err("a bad policy");
        assert!(matches!(error, SetupError::InvalidValue { .. }), "{error}");
        assert!(error.to_string().contains("set_sampling"), "{error}");
    }
    assert!(is_sampled("a"));
}

#[test]
fn where_a_sampler_of_the_program_decides_a_policy_is_refused() {
    let program = Program::with_sampler(opentelemetry_sdk::trace::Sampler::AlwaysOn);
    let error = program.telemetry.set_sampling(SamplingPolicy::new(0.0)).expect_err("it decides");
    assert!(matches!(error, SetupError::SamplerDecides), "{error}");
    assert!(is_sampled("a") && program.telemetry.sampling().is_none());
    assert!(program.faults().iter().any(|fault| fault.contains("tracing.sampler")), "{:?}", program.faults());
}

#[test]
fn without_a_way_out_a_policy_does_nothing() {
    let program = Program::new(1.0, "");
    program.telemetry.shutdown(Duration::from_secs(20)).expect("nothing holds it up");
    program.telemetry.set_sampling(SamplingPolicy::new(1.0)).expect("legal");
    assert!(!is_sampled("a"));
}
