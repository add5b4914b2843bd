//! Probes of the program: what they feed, when, and under which names.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use crate::support::{
    CounterProbe, Measured, MonitorConfig, OFTEN, Probe, ProbeKind, Readings, RegisterError, Telemetry,
    alone, errors, monitor, monitoring, told, until, value,
};

#[test]
fn a_closure_is_a_gauge_on_a_thread_of_its_own() {
    let telemetry = monitoring("");
    let seen: Arc<Mutex<Option<String>>> = Arc::default();
    let probe = {
        let seen = Arc::clone(&seen);
        move || {
            let name = thread::current().name().unwrap_or_default().to_owned();
            *seen.lock().map_err(|_| "poisoned")? = Some(name);
            Ok(42.5.into())
        }
    };
    monitor(&telemetry).register_probe("closure_depth", OFTEN, probe).expect("a name of its own");
    until("it is measured", || value(&telemetry.snapshot(), "closure_depth", &[]) == Some(42.5));
    let name = seen.lock().expect("no panic").clone().expect("it has run");
    assert_ne!(name, "telemetry", "what blocks must not hold telemetry up");
    let family = telemetry.snapshot().family("closure_depth").expect("it is there").clone();
    assert_eq!((family.kind.as_str(), &*family.help), ("gauge", "closure_depth"));
}

/// Shards that come and go.
struct Shards(Arc<Mutex<Vec<(&'static str, f64)>>>);

impl Probe for Shards {
    fn measure(&self) -> Measured {
        let shards = self.0.lock().map_err(|_| "poisoned")?;
        let shards = shards.iter();
        Ok(shards.fold(Readings::new(), |readings, (name, load)| readings.with(*load, &[("shard", name)])))
    }

    fn help(&self) -> &str {
        "Load of each shard."
    }
}

#[test]
fn series_come_and_go_with_what_is_read() {
    let telemetry = monitoring("");
    let shards = Arc::new(Mutex::new(vec![("a", 1.0), ("b", 2.0)]));
    monitor(&telemetry)
        .register_probe("shard_load", OFTEN, Shards(Arc::clone(&shards)))
        .expect("its own name");
    let read = |name| value(&telemetry.snapshot(), "shard_load", &[("shard", name)]);
    until("both are there", || (read("a"), read("b")) == (Some(1.0), Some(2.0)));
    *shards.lock().expect("no panic") = vec![("b", 3.0), ("c", 4.0)];
    until("one has gone", || [read("a"), read("b"), read("c")] == [None, Some(3.0), Some(4.0)]);
    assert_eq!(
        telemetry.snapshot().family("shard_load").map(|family| &*family.help),
        Some("Load of each shard.")
    );
}

#[test]
fn a_counter_goes_on_where_its_source_begins_anew() {
    let telemetry = monitoring("");
    let (sent, runs) = (Arc::new(AtomicU64::new(1000)), Arc::new(AtomicU64::new(0)));
    let probe = CounterProbe({
        let (sent, runs) = (Arc::clone(&sent), Arc::clone(&runs));
        move || {
            runs.fetch_add(1, Ordering::SeqCst);
            Ok((sent.load(Ordering::SeqCst) as f64).into())
        }
    });
    assert_eq!(Probe::kind(&probe), ProbeKind::Counter);
    monitor(&telemetry).register_probe("mails_sent_total", OFTEN, probe).expect("its own name");
    let read = || value(&telemetry.snapshot(), "mails_sent_total", &[]);
    for (now, expected) in [(1000, 1000.0), (1500, 1500.0), (20, 1520.0), (30, 1530.0)] {
        sent.store(now, Ordering::SeqCst);
        until(&format!("it counts {expected}"), || read() == Some(expected));
    }
    let before = runs.load(Ordering::SeqCst);
    until("it runs on", || runs.load(Ordering::SeqCst) > before + 2);
    assert_eq!(read(), Some(1530.0));
}

#[test]
fn an_async_probe_waits_without_blocking() {
    let telemetry = monitoring("");
    let (level, receiver) = tokio::sync::watch::channel(1.0);
    let probe = move || {
        let mut receiver = receiver.clone();
        async move {
            let level = *receiver.borrow_and_update();
            tokio::task::yield_now().await;
            Ok(level.into())
        }
    };
    monitor(&telemetry).register_async_probe("tank_level", OFTEN, probe).expect("its own name");
    until("the first level", || value(&telemetry.snapshot(), "tank_level", &[]) == Some(1.0));
    level.send(2.0).expect("it listens");
    until("the second level", || value(&telemetry.snapshot(), "tank_level", &[]) == Some(2.0));
}

#[test]
fn names_are_checked_and_can_be_had_again() {
    let telemetry = monitoring("");
    let monitor = monitor(&telemetry);
    let register = |name: &str| monitor.register_probe(name, OFTEN, || Ok(1.0.into()));
    for name in ["", "9lives", "a b", "adapter_requests_total", "cpu_usage_percent", "memory_usage_bytes"] {
        let error = register(name).expect_err(name);
        assert!(matches!(error, RegisterError::Metric(_)) && error.to_string().contains(name), "{error}");
    }
    assert_eq!(register("gauge_once"), Ok(()));
    let taken = register("gauge_once").expect_err("it is registered");
    assert_eq!(taken, RegisterError::Taken { name: "gauge_once".to_owned() });
    assert!(taken.to_string().contains("`gauge_once` is registered already; remove that first"));
    let as_counter = monitor.register_probe("gauge_once", OFTEN, CounterProbe(|| Ok(1.0.into())));
    assert!(as_counter.is_err_and(|error| error.to_string().contains("is a gauge already")));
    assert!(monitor.unregister_probe("gauge_once") && !monitor.unregister_probe("gauge_once"));
    assert_eq!(register("gauge_once"), Ok(()));
    let never = monitor.register_probe("never", Duration::ZERO, || Ok(1.0.into()));
    assert!(
        never.is_err_and(|error| error.to_string().contains("`never` has an interval or timeout of zero"))
    );
}

#[test]
fn gauges_of_a_probe_that_is_let_go_are_left_out() {
    let telemetry = monitoring("");
    let monitor = monitor(&telemetry);
    let read = |name| value(&telemetry.snapshot(), name, &[]);
    monitor.register_probe("leaving_gauge", OFTEN, || Ok(1.0.into())).expect("its own name");
    monitor.register_probe("leaving_total", OFTEN, CounterProbe(|| Ok(2.0.into()))).expect("its own name");
    until("both are measured", || (read("leaving_gauge"), read("leaving_total")) == (Some(1.0), Some(2.0)));
    assert!(monitor.unregister_probe("leaving_gauge") && monitor.unregister_probe("leaving_total"));
    until("the gauge has gone", || read("leaving_gauge").is_none());
    assert_eq!(read("leaving_total"), Some(2.0));
}

#[test]
fn what_the_program_records_is_a_gauge_with_a_history() {
    let _alone = alone();
    let telemetry = monitoring("monitor: { history_size: 3 }");
    let monitor = monitor(&telemetry);
    for n in 0..5 {
        monitor.record("recorded_load", f64::from(n), &[("zone", "b"), ("host", "a")]);
    }
    monitor.record("recorded_load", 9.0, &[("host", "a"), ("zone", "b")]);
    let family = telemetry.snapshot().family("recorded_load").expect("it is there").clone();
    assert_eq!(family.series.len(), 1, "the order of labels does not matter: {family:?}");
    let history = monitor.history("recorded_load");
    assert_eq!(history.iter().map(|sample| sample.value).collect::<Vec<_>>(), [3.0, 4.0, 9.0]);
    assert!(history.is_sorted_by_key(|sample| sample.time));
    assert_eq!(history[0].labels.get("zone"), Some("b"));
    assert!(monitor.history("nobody_measures_it").is_empty());
}

#[test]
fn what_no_metric_takes_is_told_and_not_recorded() {
    let telemetry = monitoring("");
    let monitor = monitor(&telemetry);
    for _ in 0..3 {
        monitor.record("no good name", 1.0, &[]);
        monitor.record("recorded_nan", f64::NAN, &[]);
        monitor.record("recorded_bad_label", 1.0, &[("no good", "label")]);
        monitor.record("recorded_two_labels", 1.0, &[("a", "x"), ("a", "y")]);
    }
    for name in ["no good name", "recorded_nan", "recorded_bad_label", "recorded_two_labels"] {
        assert_eq!(told(&format!("`{name}`")), 1, "{name}");
        assert!(monitor.history(name).is_empty(), "{name}");
    }
    assert_eq!(errors(&telemetry, "recorded_nan", "invalid"), 3);
}

#[test]
fn settings_and_builder_switch_it() {
    assert!(monitoring("monitor: { enabled: false }").monitor().is_none());
    assert!(monitoring("telemetry: { enabled: false }").monitor().is_none());
    let off = telemetry_runtime::Settings::from_yaml_str("exporters: []\nmonitor: { enabled: false }");
    let telemetry =
        Telemetry::builder().settings(off.expect("legal")).monitor(MonitorConfig::default()).build();
    assert!(telemetry.expect("nothing to fail").monitor().is_some(), "the builder wins");
}

#[test]
fn probes_end_with_telemetry() {
    let telemetry = monitoring("");
    let runs = Arc::new(AtomicU64::new(0));
    let probe = {
        let runs = Arc::clone(&runs);
        move || Ok((runs.fetch_add(1, Ordering::SeqCst) as f64).into())
    };
    let monitor = monitor(&telemetry).clone();
    monitor.register_probe("ending_runs", OFTEN, probe).expect("its own name");
    until("it runs", || runs.load(Ordering::SeqCst) > 2);
    telemetry.shutdown(Duration::from_secs(20)).expect("in time");
    // A last run may be under way on its thread, which holds the probe; nothing else does.
    until("the probe is let go", || Arc::strong_count(&runs) == 1);
    drop(monitor);
}
