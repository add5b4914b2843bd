//! Probes that fail, panic, hang or tell nonsense: they are counted and told of, and the others go on.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
        mpsc,
    },
    time::{Duration, Instant},
};

use crate::support::{
    CounterProbe, Gate, Measured, OFTEN, Probe, ProbeError, Readings, alone, errors, monitor, monitoring,
    told, until, value,
};

/// A probe that fails while it is told to.
fn switched(fails: &Arc<AtomicBool>) -> impl Fn() -> Measured + Send + Sync + 'static {
    let fails = Arc::clone(fails);
    move || match fails.load(Ordering::SeqCst) {
        true => Err("no answer from http://user:pass@host/?key=value".into()),
        false => Ok(1.0.into()),
    }
}

#[test]
fn a_failing_probe_is_counted_told_of_once_and_left_out() {
    let telemetry = monitoring("");
    let fails = Arc::new(AtomicBool::new(false));
    monitor(&telemetry).register_probe("failing_gauge", OFTEN, switched(&fails)).expect("its own name");
    let read = || value(&telemetry.snapshot(), "failing_gauge", &[]);
    for times in 1..=2 {
        until("it works", || read() == Some(1.0));
        fails.store(true, Ordering::SeqCst);
        let before = errors(&telemetry, "failing_gauge", "error");
        until("it fails again and again", || errors(&telemetry, "failing_gauge", "error") > before + 3);
        assert_eq!(read(), None, "an old value would look like one of now");
        assert_eq!(told("probe `failing_gauge`: error: no answer from http://host/?key=…"), times);
        fails.store(false, Ordering::SeqCst);
    }
}

#[test]
fn a_failing_counter_keeps_what_it_has_counted() {
    let telemetry = monitoring("");
    let fails = Arc::new(AtomicBool::new(false));
    let probe = CounterProbe(switched(&fails));
    monitor(&telemetry).register_probe("failing_total", OFTEN, probe).expect("its own name");
    let read = || value(&telemetry.snapshot(), "failing_total", &[]);
    until("it works", || read() == Some(1.0));
    fails.store(true, Ordering::SeqCst);
    until("it fails", || errors(&telemetry, "failing_total", "error") > 3);
    assert_eq!(read(), Some(1.0));
}

#[test]
fn a_run_is_tried_again_before_it_has_failed() {
    let telemetry = monitoring("");
    let tries = Arc::new(AtomicU64::new(0));
    let probe = {
        let tries = Arc::clone(&tries);
        // Every second try works.
        move || match tries.fetch_add(1, Ordering::SeqCst) % 2 {
            0 => Err("not at first".into()),
            _ => Ok(1.0.into()),
        }
    };
    monitor(&telemetry).register_probe("retried_gauge", OFTEN.retries(1), probe).expect("its own name");
    until("it works", || value(&telemetry.snapshot(), "retried_gauge", &[]) == Some(1.0));
    assert!(tries.load(Ordering::SeqCst) >= 2);
    assert_eq!(errors(&telemetry, "retried_gauge", "error"), 0, "retries are part of a run");
}

#[test]
fn a_panicking_probe_is_counted_sync_and_async() {
    let telemetry = monitoring("");
    let monitor = monitor(&telemetry);
    let register =
        |name, probe: fn() -> Measured| monitor.register_probe(name, OFTEN, probe).expect("its own name");
    register("panicking_gauge", || panic!("no gauge here"));
    let panics_when_polled = || async { panic!("no gauge there") };
    monitor.register_async_probe("panicking_async", OFTEN, panics_when_polled).expect("its own name");
    let panics_before = || -> std::future::Ready<Measured> { panic!("not even a future") };
    monitor.register_async_probe("panicking_early", OFTEN, panics_before).expect("its own name");
    for (name, message) in [
        ("panicking_gauge", "no gauge here"),
        ("panicking_async", "no gauge there"),
        ("panicking_early", "not even a future"),
    ] {
        until(name, || errors(&telemetry, name, "panic") >= 3);
        assert_eq!(told(&format!("probe `{name}`: panic: it panicked: {message}")), 1);
    }
}

#[test]
fn a_hanging_probe_costs_one_thread_and_nobody_else_anything() {
    let telemetry = monitoring("");
    let monitor = monitor(&telemetry);
    let gate = Arc::new(Gate::default());
    let (inside, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let hanging = {
        let (gate, inside, most) = (Arc::clone(&gate), Arc::clone(&inside), Arc::clone(&most));
        move || {
            let now = inside.fetch_add(1, Ordering::SeqCst) + 1;
            most.fetch_max(now, Ordering::SeqCst);
            gate.pass();
            inside.fetch_sub(1, Ordering::SeqCst);
            Ok(7.0.into())
        }
    };
    let options = OFTEN.timeout(Duration::from_millis(20)).retries(3);
    monitor.register_probe("hanging_gauge", options, hanging).expect("its own name");
    let runs = Arc::new(AtomicU64::new(0));
    let other = {
        let runs = Arc::clone(&runs);
        move || Ok((runs.fetch_add(1, Ordering::SeqCst) as f64).into())
    };
    monitor.register_probe("running_gauge", OFTEN, other).expect("its own name");

    until("many runs are missed", || errors(&telemetry, "hanging_gauge", "hanging") > 20);
    assert_eq!(
        errors(&telemetry, "hanging_gauge", "timeout"),
        1,
        "the first run; what hangs is not tried again"
    );
    assert_eq!((inside.load(Ordering::SeqCst), most.load(Ordering::SeqCst)), (1, 1), "no thread piles up");
    assert!(runs.load(Ordering::SeqCst) > 10, "the other goes on");
    assert_eq!(told("probe `hanging_gauge`: timeout: it took longer than 20ms"), 1);

    let begun = Instant::now();
    telemetry.flush(Duration::from_secs(20)).expect("the telemetry thread is free");
    assert!(begun.elapsed() < Duration::from_secs(10));
    gate.open();
    until("it is measured again", || value(&telemetry.snapshot(), "hanging_gauge", &[]) == Some(7.0));
}

#[test]
fn shutdown_does_not_wait_for_who_hangs() {
    let telemetry = monitoring("");
    let gate = Arc::new(Gate::default());
    let (entered, waiting) = mpsc::channel();
    let hanging = {
        let gate = Arc::clone(&gate);
        move || {
            entered.send(()).map_err(|_| "nobody waits")?;
            gate.pass();
            Ok(1.0.into())
        }
    };
    monitor(&telemetry).register_probe("hanging_at_the_end", OFTEN, hanging).expect("its own name");
    waiting.recv_timeout(Duration::from_secs(30)).expect("it is run");
    telemetry.shutdown(Duration::from_secs(20)).expect("it is not waited for");
    gate.open();
}

#[test]
fn an_async_probe_that_takes_too_long_is_dropped() {
    struct Dropped(Arc<AtomicU64>);
    impl Drop for Dropped {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
    let telemetry = monitoring("");
    let dropped = Arc::new(AtomicU64::new(0));
    let probe = {
        let dropped = Arc::clone(&dropped);
        move || {
            let guard = Dropped(Arc::clone(&dropped));
            async move {
                std::future::pending::<()>().await;
                drop(guard);
                Ok(1.0.into())
            }
        }
    };
    let options = OFTEN.timeout(Duration::from_millis(5));
    monitor(&telemetry).register_async_probe("pending_gauge", options, probe).expect("its own name");
    until("it times out again and again", || errors(&telemetry, "pending_gauge", "timeout") >= 3);
    assert!(dropped.load(Ordering::SeqCst) >= 3);
    assert_eq!(errors(&telemetry, "pending_gauge", "hanging"), 0, "a future that was dropped does not hang");
}

/// Reads one good value and one that no metric takes, and notes what it is told.
struct Nonsense(Mutex<mpsc::Sender<ProbeError>>);

impl Probe for Nonsense {
    fn measure(&self) -> Measured {
        Ok(Readings::new().with(f64::INFINITY, &[("of", "bad")]).with(1.0, &[("of", "good")]))
    }

    fn on_error(&self, error: &ProbeError) {
        // The test may have ended.
        let _ = self.0.lock().expect("no panic").send(error.clone());
    }
}

#[test]
fn one_value_that_is_none_does_not_spoil_the_others() {
    let telemetry = monitoring("");
    let (sender, told_to_probe) = mpsc::channel();
    let probe = Nonsense(Mutex::new(sender));
    monitor(&telemetry).register_probe("nonsense_gauge", OFTEN, probe).expect("its own name");
    let error = told_to_probe.recv_timeout(Duration::from_secs(30)).expect("its hook is called");
    assert_eq!((error.probe(), error.reason()), ("nonsense_gauge", "invalid"));
    assert_eq!(error.message(), "the value is inf; a gauge takes finite numbers");
    until("it is counted", || errors(&telemetry, "nonsense_gauge", "invalid") >= 1);
    assert_eq!(value(&telemetry.snapshot(), "nonsense_gauge", &[("of", "good")]), Some(1.0));
    assert_eq!(value(&telemetry.snapshot(), "nonsense_gauge", &[("of", "bad")]), None);

    let negative = CounterProbe(|| Ok((-1.0).into()));
    monitor(&telemetry).register_probe("negative_total", OFTEN, negative).expect("its own name");
    until("a counter takes no less than nothing", || errors(&telemetry, "negative_total", "invalid") >= 1);
}

#[test]
fn hooks_may_panic_and_hang() {
    let telemetry = monitoring("");
    let monitor = monitor(&telemetry);
    let gate = Arc::new(Gate::default());
    let calls = Arc::new(AtomicU64::new(0));
    monitor.on_error({
        let (gate, calls) = (Arc::clone(&gate), Arc::clone(&calls));
        move |error| {
            calls.fetch_add(1, Ordering::SeqCst);
            match error.probe() {
                "hooked_hanging" => gate.pass(),
                other => panic!("no hook for {other}"),
            }
        }
    });
    let fails = || -> Measured { Err("as always".into()) };
    monitor.register_probe("hooked_hanging", OFTEN, fails).expect("its own name");
    until("it fails on", || errors(&telemetry, "hooked_hanging", "error") > 5);
    assert_eq!(calls.load(Ordering::SeqCst), 1, "a hook that hangs is not called again");
    monitor.register_probe("hooked_panicking", OFTEN, fails).expect("its own name");
    until("the panicking one is called again", || calls.load(Ordering::SeqCst) > 3);
    assert!(told("`on_error` of probe `hooked_panicking` panicked") > 1);
    gate.open();
}

#[test]
fn a_disk_that_is_not_there_is_no_reason_not_to_measure_the_others() {
    let _alone = alone();
    let telemetry = monitoring(
        "monitor: { jitter: 0, retries: 0, disk_paths: [/no/such/path, /, /], probes: { disk: 5ms } }",
    );
    until("it is counted", || errors(&telemetry, "disk:/no/such/path", "error") >= 2);
    until("the other is measured", || {
        value(&telemetry.snapshot(), "disk_usage_bytes", &[("path", "/")]).is_some_and(|used| used > 0.0)
    });
    assert_eq!(value(&telemetry.snapshot(), "disk_usage_bytes", &[("path", "/no/such/path")]), None);
    assert_eq!(told("probe `disk:/no/such/path`: error: `/no/such/path` cannot be measured"), 1);
    assert_eq!(told("probe `disk:/` is left out: `disk:/` is registered already"), 1);
}
