//! When probes run, on a clock that is moved by hand. One test, because the clock is the process's.

use std::{
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};

use telemetry_runtime::{Clock, ManualClock, MonitorConfig, PerformanceMonitor, ProbeOptions, Telemetry};
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
    intervals(&clock, &hands, monitor);
    jitter(&clock, &hands, monitor);
    timeout(&hands, &telemetry, monitor);
}
