//! When probes run, on a clock that is moved by hand. One test, because the clock is the process's.

use std::{
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};

use telemetry_runtime::{
    Clock, HealthCheck, HealthStatus, ManualClock, MonitorConfig, PerformanceMonitor, ProbeOptions, Sample,
    Telemetry,
};
use telemetry_tests::until;

const SECOND: Duration = Duration::from_secs(1);

/// When a probe has run, on the clock that is moved by hand.
#[derive(Clone)]
struct Runs {
    name: &'static str,
    clock: Clock,
    monitor: PerformanceMonitor,
    times: Arc<Mutex<Vec<Duration>>>,
}

impl Runs {
    fn register(
        clock: &Clock,
        monitor: &PerformanceMonitor,
        name: &'static str,
        options: ProbeOptions,
    ) -> Self {
        let runs = Self { name, clock: clock.clone(), monitor: monitor.clone(), times: Arc::default() };
        let noted = runs.clone();
        let probe = move || {
            noted.times.lock().expect("no panic").push(noted.clock.now());
            Ok(1.0.into())
        };
        monitor.register_probe(name, options, probe).expect("its own name");
        runs
    }

    fn times(&self) -> Vec<Duration> {
        self.times.lock().expect("no panic").clone()
    }

    /// Waits until so many runs are over.
    fn wait_for(&self, count: usize) {
        until(&format!("{count} runs"), || self.monitor.history(self.name).len() >= count);
    }
}

/// Memory each 30 s, network and connections each 60 s, disks each 300 s, all within 5 s of jitter.
#[cfg(target_os = "linux")]
fn built_in(hands: &ManualClock, monitor: &PerformanceMonitor) {
    let runs =
        || ["memory", "connections", "disk"].map(|name| monitor.history(name).iter().fold(0, one_a_run));
    // Of the connections one sample a type comes out of each run.
    fn one_a_run(runs: u32, sample: &Sample) -> u32 {
        runs + u32::from(sample.labels.get("type").is_none_or(|kind| kind == "tcp_established"))
    }
    let mut passed = Duration::ZERO;
    for (until_second, expected) in [
        (5, [1, 1, 1]),
        (35, [2, 1, 1]),
        (65, [3, 2, 1]),
        (95, [4, 2, 1]),
        (125, [5, 3, 1]),
        (155, [6, 3, 1]),
    ] {
        hands.advance(until_second * SECOND - passed);
        passed = until_second * SECOND;
        until(&format!("{expected:?} after {passed:?}"), || runs() == expected);
    }
    for second in (185..=305).step_by(30) {
        hands.advance(second * SECOND - passed);
        passed = second * SECOND;
        let expected = [(second - 5) / 30 + 1, (second - 5) / 60 + 1, (second - 5) / 300 + 1];
        until(&format!("{expected:?} after {passed:?}"), || runs() == expected);
    }
}

/// Health checks run each 10 s and have 5 s to answer, as the settings' defaults have it.
fn checks(clock: &Clock, hands: &ManualClock, telemetry: &Telemetry) {
    let report = || {
        let report = telemetry.health();
        report.checks().iter().find(|check| check.name() == "clock_check").cloned().expect("it is registered")
    };
    let times = Arc::new(Mutex::new(Vec::new()));
    let (noted, now) = (Arc::clone(&times), clock.clone());
    let begun = clock.now();
    let check = move || {
        noted.lock().map_err(|_| "poisoned")?.push(now.now());
        Ok(HealthStatus::Healthy)
    };
    telemetry.register_health_check("clock_check", check).expect("its own name");
    until("it runs at once", || report().age() == Some(Duration::ZERO));
    for run in 1..=3 {
        hands.advance(9 * SECOND);
        assert_eq!(report().age(), Some(9 * SECOND));
        hands.advance(SECOND);
        until("it runs again", || report().age() == Some(Duration::ZERO));
        assert_eq!(times.lock().expect("no panic").last(), Some(&(begun + run * 10 * SECOND)));
    }
    assert!(telemetry.unregister_health_check("clock_check"));
    let (begin, begun) = mpsc::channel();
    let check = HealthCheck::future(move || {
        begin.send(()).expect("somebody waits");
        std::future::pending::<telemetry_runtime::Checked>()
    });
    telemetry.register_health_check("clock_check", check).expect("the name is free again");
    begun.recv_timeout(30 * SECOND).expect("it runs at once");
    hands.advance(5 * SECOND - Duration::from_nanos(1));
    assert_eq!(report().status(), None);
    hands.advance(Duration::from_nanos(1));
    until("it has taken too long", || report().reason() == Some("timeout"));
}

/// Without jitter, a run is due exactly where an interval begins.
fn intervals(clock: &Clock, hands: &ManualClock, monitor: &PerformanceMonitor) {
    let begun = clock.now();
    let options = ProbeOptions::every(30 * SECOND).jitter(Duration::ZERO);
    let runs = Runs::register(clock, monitor, "clock_interval", options);
    runs.wait_for(1);
    for run in 2..=6 {
        hands.advance(29 * SECOND);
        assert_eq!(runs.times().len(), run - 1);
        hands.advance(SECOND);
        runs.wait_for(run);
    }
    let expected: Vec<Duration> = (0..6).map(|run| begun + run * 30 * SECOND).collect();
    assert_eq!(runs.times(), expected);
    hands.advance(95 * SECOND);
    runs.wait_for(7);
    hands.advance(25 * SECOND);
    runs.wait_for(8);
    let late = runs.times()[6..].iter().map(|time| *time - begun).collect::<Vec<_>>();
    assert_eq!(late, [245 * SECOND, 270 * SECOND], "runs that were missed are left out, and the grid stays");
    assert!(monitor.unregister_probe("clock_interval"));
}

/// With jitter, it is due somewhere between there and as much later.
fn jitter(clock: &Clock, hands: &ManualClock, monitor: &PerformanceMonitor) {
    let begun = clock.now();
    let options = ProbeOptions::every(60 * SECOND).jitter(5 * SECOND);
    let runs = Runs::register(clock, monitor, "clock_jitter", options);
    for run in 1..=20 {
        for _ in 0..50 {
            hands.advance(SECOND / 10);
        }
        runs.wait_for(run);
        hands.advance(55 * SECOND);
    }
    let delays = |(run, time): (u32, &Duration)| time.checked_sub(begun + run * 60 * SECOND);
    let delays: Vec<Option<Duration>> = (0..).zip(&runs.times()).map(delays).collect();
    assert_eq!(delays.len(), 20, "one run in each interval");
    let is_within = |delay: &Option<Duration>| delay.is_some_and(|delay| delay <= 5 * SECOND);
    assert!(delays.iter().all(is_within), "{delays:?}");
    assert!(monitor.unregister_probe("clock_jitter"));
}

/// The timeout is of that clock, too.
fn timeout(hands: &ManualClock, telemetry: &Telemetry, monitor: &PerformanceMonitor) {
    let timeouts = || {
        let labels = [("probe", "clock_timeout"), ("reason", "timeout")];
        telemetry.snapshot().sum("telemetry_probe_errors_total", &labels)
    };
    let (entered, inside) = mpsc::channel();
    let (open, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let probe = move || {
        entered.send(())?;
        // Closed at the end.
        let _ = gate.lock().expect("no panic").recv();
        Ok(1.0.into())
    };
    let options = ProbeOptions::every(60 * SECOND).timeout(10 * SECOND).jitter(Duration::ZERO);
    monitor.register_probe("clock_timeout", options, probe).expect("its own name");
    inside.recv_timeout(30 * SECOND).expect("it runs at once");
    hands.advance(10 * SECOND - Duration::from_nanos(1));
    assert_eq!(timeouts(), 0);
    hands.advance(Duration::from_nanos(1));
    until("it has timed out", || timeouts() == 1);
    drop(open);
}

#[test]
fn probes_run_as_the_clock_moves() {
    let (clock, hands) = Clock::manual();
    let config = MonitorConfig::default();
    let builder = Telemetry::builder().on_fault(|_| {}).clock(clock.clone()).monitor(config);
    let telemetry = builder.build().expect("nothing to fail");
    let monitor = telemetry.monitor().expect("it was asked for");
    #[cfg(target_os = "linux")]
    built_in(&hands, monitor);
    checks(&clock, &hands, &telemetry);
    intervals(&clock, &hands, monitor);
    jitter(&clock, &hands, monitor);
    timeout(&hands, &telemetry, monitor);
}
