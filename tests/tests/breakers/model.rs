//! What a breaker should do, written down as simply as can be: every call is remembered, and counted when asked.

use std::time::Duration;

use telemetry::{BreakerConfig, BreakerState};
use telemetry_runtime as telemetry;

/// How a call ended, as its caller says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Success,
    Failure,
    /// Ignored, dropped, or cancelled.
    Released,
    Panic,
}

/// What was given out for a call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Admitted {
    start: Duration,
    probe: Option<u64>,
}

#[derive(Clone, Copy, Debug)]
struct Call {
    end: Duration,
    failed: bool,
    slow: bool,
}

pub(crate) struct Model {
    pub(crate) config: BreakerConfig,
    pub(crate) state: BreakerState,
    pub(crate) transitions: Vec<(BreakerState, BreakerState)>,
    pub(crate) would_open: u32,
    now: Duration,
    /// Since when the state lasts.
    since: Duration,
    /// Since when the window looks.
    window_since: Duration,
    calls: Vec<Call>,
    open_until: Duration,
    failed_recoveries: u32,
    probes: Vec<(u64, Duration)>,
    probed: Vec<Call>,
    given_out: u64,
    is_above: bool,
}

impl Model {
    pub(crate) fn new(config: BreakerConfig) -> Self {
        Self {
            config,
            state: BreakerState::Closed,
            transitions: Vec::new(),
            would_open: 0,
            now: Duration::ZERO,
            since: Duration::ZERO,
            window_since: Duration::ZERO,
            calls: Vec::new(),
            open_until: Duration::ZERO,
            failed_recoveries: 0,
            probes: Vec::new(),
            probed: Vec::new(),
            given_out: 0,
            is_above: false,
        }
    }

    pub(crate) fn tick(&mut self, by: Duration) {
        self.now += by;
    }

    pub(crate) fn probes_out(&self) -> usize {
        self.probes.len()
    }

    /// `None` if the call is refused.
    pub(crate) fn call(&mut self) -> Option<Admitted> {
        if self.state == BreakerState::Open && self.now >= self.open_until {
            self.go_to(BreakerState::HalfOpen);
        }
        self.end_leases();
        let start = self.now;
        match self.state {
            BreakerState::Open | BreakerState::ForcedOpen => None,
            BreakerState::HalfOpen => {
                let permits = self.config.half_open_permits as usize;
                (self.probes.len() + self.probed.len() < permits).then(|| {
                    self.given_out += 1;
                    self.probes.push((self.given_out, self.now + self.config.lease));
                    Admitted { start, probe: Some(self.given_out) }
                })
            }
            _ => Some(Admitted { start, probe: None }),
        }
    }

    pub(crate) fn end(&mut self, admitted: Admitted, end: End) {
        if admitted.probe.is_some() {
            self.end_leases();
        }
        let call = Call {
            end: self.now,
            failed: matches!(end, End::Failure | End::Panic),
            slow: self.now - admitted.start >= self.config.slow_call,
        };
        let says_something = end != End::Released;
        match (self.state, admitted.probe) {
            (BreakerState::HalfOpen, Some(probe)) => {
                let is_out = self.probes.iter().any(|(number, _)| *number == probe);
                self.probes.retain(|(number, _)| *number != probe);
                if is_out && says_something {
                    self.probed.push(call);
                }
                self.judge_probes();
            }
            (BreakerState::Closed | BreakerState::MetricsOnly, None)
                if says_something && admitted.start >= self.since =>
            {
                self.calls.push(call);
                self.judge_window();
            }
            _ => {}
        }
    }

    pub(crate) fn order(&mut self, state: BreakerState) {
        if state != self.state {
            self.failed_recoveries = 0;
            self.go_to(state);
        }
    }

    pub(crate) fn reset(&mut self) {
        self.failed_recoveries = 0;
        self.go_to(BreakerState::Closed);
    }

    pub(crate) fn reconfigure(&mut self, config: BreakerConfig) {
        let kind = |config: &BreakerConfig| config.window_calls.ok_or(config.window);
        let is_other_window = kind(&config) != kind(&self.config);
        self.config = config;
        match self.state {
            BreakerState::Closed | BreakerState::MetricsOnly if is_other_window => self.forget(),
            BreakerState::Closed | BreakerState::MetricsOnly => self.judge_window(),
            BreakerState::Open => self.open_until = self.open_until.min(self.now + self.wait()),
            BreakerState::HalfOpen => self.judge_probes(),
            _ => {}
        }
    }

    /// Calls, failed ones, slow ones.
    pub(crate) fn window(&self) -> (u64, u64, u64) {
        if !matches!(self.state, BreakerState::Closed | BreakerState::MetricsOnly) {
            return (0, 0, 0);
        }
        count(self.looked_at())
    }

    /// A time window forgets in tenths of itself; a count window holds the last calls.
    fn looked_at(&self) -> &[Call] {
        let from = match self.config.window_calls {
            Some(size) => self.calls.len().saturating_sub(size as usize),
            None => {
                let tenth = self.config.window / 10;
                let passed = ((self.now - self.window_since).as_nanos() / tenth.as_nanos()) as u32;
                let oldest = self.window_since + tenth * passed.saturating_sub(9);
                self.calls.partition_point(|call| call.end < oldest)
            }
        };
        &self.calls[from..]
    }

    fn judge_window(&mut self) {
        let (calls, failed, slow) = count(self.looked_at());
        let required = self.config.window_calls.unwrap_or(u32::MAX).min(self.config.minimum_calls);
        let exceeds = calls >= u64::from(required) && self.exceeds(calls, failed, slow);
        if self.state == BreakerState::MetricsOnly {
            self.would_open += u32::from(exceeds && !self.is_above);
            self.is_above = exceeds;
        } else if exceeds {
            self.open();
        }
    }

    fn judge_probes(&mut self) {
        let (ended, failed, slow) = count(&self.probed);
        let all = u64::from(self.config.half_open_permits).max(ended);
        let to_come = all - ended;
        if self.exceeds(all, failed, slow) {
            self.failed_recoveries += 1;
            self.open();
        } else if !self.exceeds(all, failed + to_come, slow + to_come) {
            self.failed_recoveries = 0;
            self.go_to(BreakerState::Closed);
        }
    }

    fn exceeds(&self, calls: u64, failed: u64, slow: u64) -> bool {
        let reaches = |count: u64, rate: f64| count > 0 && count as f64 + 1e-9 >= rate * calls as f64;
        reaches(failed, self.config.failure_rate) || reaches(slow, self.config.slow_rate)
    }

    fn end_leases(&mut self) {
        if self.state != BreakerState::HalfOpen {
            return;
        }
        let now = self.now;
        let before = self.probes.len();
        self.probes.retain(|(_, until)| now < *until);
        let hung = Call { end: now, failed: true, slow: false };
        self.probed.extend((self.probes.len()..before).map(|_| hung));
        self.judge_probes();
    }

    fn wait(&self) -> Duration {
        let BreakerConfig { open_for, open_for_max, backoff_multiplier, .. } = self.config;
        let mut wait = open_for;
        for _ in 0..self.failed_recoveries.min(64) {
            wait = wait.mul_f64(backoff_multiplier).min(open_for_max);
        }
        wait.min(open_for_max)
    }

    fn open(&mut self) {
        self.open_until = self.now + self.wait();
        self.go_to(BreakerState::Open);
    }

    fn go_to(&mut self, state: BreakerState) {
        if state != self.state {
            self.transitions.push((self.state, state));
        }
        self.state = state;
        self.since = self.now;
        self.probes.clear();
        self.probed.clear();
        self.forget();
    }

    fn forget(&mut self) {
        self.calls.clear();
        self.is_above = false;
        self.window_since = self.now;
    }
}

fn count(calls: &[Call]) -> (u64, u64, u64) {
    let number = |of: fn(&&Call) -> bool| calls.iter().filter(of).count() as u64;
    (calls.len() as u64, number(|call| call.failed), number(|call| call.slow))
}
