//! The breaker's state machine: no clock, no lock, no I/O.
//!
//! Every method takes the time in ticks and the sums, and says which transition it made. A generation number grows
//! with each transition; results of an older generation never move the state.

use super::{
    BreakerConfig,
    window::{CountWindow, Sums, TimeWindow, Window},
};

/// What a breaker does with calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BreakerState {
    /// Calls pass and are judged.
    Closed,
    /// Calls are refused until the open time is over.
    Open,
    /// A few probes pass; they decide.
    HalfOpen,
}

impl BreakerState {
    pub(crate) const ALL: [Self; 3] = [Self::Closed, Self::Open, Self::HalfOpen];

    /// The value of the `state` label.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::HalfOpen => "half_open",
        }
    }

    pub(crate) const fn index(self) -> usize {
        self as usize
    }
}

impl std::fmt::Display for BreakerState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Durations of a [`BreakerConfig`] in ticks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spans {
    pub(super) window: u64,
    pub(super) open_for: u64,
    pub(super) lease: u64,
}

/// How a probe ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ProbeEnd {
    Succeeded {
        slow: bool,
    },
    Failed,
    /// Says nothing; its permit can be given out again.
    Released,
}

/// The right to run one call in half-open state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ticket {
    pub(super) generation: u64,
    number: u32,
}

/// Whether a call may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admission {
    Free,
    Probe(Ticket),
    /// With the ticks to wait, if they are known.
    Refused(Option<u64>),
}

#[derive(Debug)]
enum Phase {
    Closed(Window),
    Open { until: u64 },
    HalfOpen(Probes),
}

#[derive(Debug, Default)]
struct Probes {
    out: Vec<Lease>,
    issued: u32,
    finished: u32,
    failed: u32,
    slow: u32,
}

#[derive(Debug)]
struct Lease {
    number: u32,
    until: u64,
}

#[derive(Debug)]
pub(super) struct Machine {
    config: BreakerConfig,
    spans: Spans,
    phase: Phase,
    generation: u64,
}

impl Machine {
    pub(super) fn new(config: BreakerConfig, spans: Spans, now: u64, sums: Sums) -> Self {
        let phase = Phase::Closed(window(&config, &spans, now, sums));
        Self { config, spans, phase, generation: 1 }
    }

    pub(super) fn config(&self) -> &BreakerConfig {
        &self.config
    }

    /// Takes other thresholds; the window starts anew, the state stays.
    pub(super) fn reconfigure(&mut self, config: BreakerConfig, spans: Spans, now: u64, sums: Sums) {
        if let Phase::Closed(current) = &mut self.phase {
            *current = window(&config, &spans, now, sums);
        }
        self.config = config;
        self.spans = spans;
    }

    pub(super) fn state(&self) -> BreakerState {
        match self.phase {
            Phase::Closed(_) => BreakerState::Closed,
            Phase::Open { .. } => BreakerState::Open,
            Phase::HalfOpen(_) => BreakerState::HalfOpen,
        }
    }

    /// The tick at which a finished call must come by, also a successful one.
    pub(super) fn next_roll(&self) -> u64 {
        match &self.phase {
            Phase::Closed(Window::Time(window)) => window.next_roll(),
            Phase::Closed(Window::Count(_)) => 0,
            Phase::Open { .. } | Phase::HalfOpen(_) => u64::MAX,
        }
    }

    /// The tick until which every call is refused.
    pub(super) fn open_until(&self) -> u64 {
        match self.phase {
            Phase::Open { until } => until,
            Phase::Closed(_) | Phase::HalfOpen(_) => 0,
        }
    }

    pub(super) fn admit(&mut self, now: u64, sums: Sums) -> Admission {
        match &self.phase {
            Phase::Closed(_) => return Admission::Free,
            Phase::Open { until } if now < *until => return Admission::Refused(Some(until - now)),
            Phase::Open { .. } => self.enter(Phase::HalfOpen(Probes::default())),
            Phase::HalfOpen(_) => self.expire(now, sums),
        }
        match &mut self.phase {
            Phase::HalfOpen(probes) => probes.admit(self.generation, &self.config, now, self.spans.lease),
            Phase::Closed(_) => Admission::Free,
            Phase::Open { until } => Admission::Refused(Some(until.saturating_sub(now))),
        }
    }

    /// Notes the boundaries of a time window up to `now`, before the call that ends now is counted.
    pub(super) fn roll(&mut self, now: u64, sums: Sums) {
        if let Phase::Closed(Window::Time(window)) = &mut self.phase {
            window.roll(now, sums);
        }
    }

    /// Adds a call to a count window.
    pub(super) fn push(&mut self, failed: bool, slow: bool) {
        if let Phase::Closed(Window::Count(window)) = &mut self.phase {
            window.push(failed, slow);
        }
    }

    /// Opens if the window says so.
    pub(super) fn judge(&mut self, now: u64, sums: Sums) {
        let Phase::Closed(window) = &self.phase else { return };
        let seen = match window {
            Window::Time(window) => window.look_back(sums),
            Window::Count(window) => window.look_back(),
        };
        if seen.finished >= self.config.required_calls()
            && exceeds(&self.config, seen.finished, seen.failed, seen.slow)
        {
            self.open(now);
        }
    }

    /// Takes the result of a probe; those of an older generation and of an expired lease say nothing.
    pub(super) fn probe_ended(&mut self, ticket: Ticket, end: ProbeEnd, now: u64, sums: Sums) {
        if ticket.generation != self.generation {
            return;
        }
        let Phase::HalfOpen(probes) = &mut self.phase else { return };
        let Some(place) = probes.out.iter().position(|lease| lease.number == ticket.number) else { return };
        probes.out.swap_remove(place);
        probes.count(end);
        self.decide(now, sums);
    }

    /// Probes that hang beyond their lease count as failed.
    fn expire(&mut self, now: u64, sums: Sums) {
        let Phase::HalfOpen(probes) = &mut self.phase else { return };
        let out = probes.out.len();
        probes.out.retain(|lease| now < lease.until);
        for _ in probes.out.len()..out {
            probes.count(ProbeEnd::Failed);
        }
        self.decide(now, sums);
    }

    fn decide(&mut self, now: u64, sums: Sums) {
        let Phase::HalfOpen(probes) = &self.phase else { return };
        let all = u64::from(self.config.half_open_permits);
        let missing = all - u64::from(probes.finished).min(all);
        let (failed, slow) = (u64::from(probes.failed), u64::from(probes.slow));
        if exceeds(&self.config, all, failed, slow) {
            self.open(now);
        } else if !exceeds(&self.config, all, failed + missing, slow + missing) {
            self.enter(Phase::Closed(window(&self.config, &self.spans, now, sums)));
        }
    }

    fn open(&mut self, now: u64) {
        self.enter(Phase::Open { until: now.saturating_add(self.spans.open_for) });
    }

    fn enter(&mut self, phase: Phase) {
        self.generation += 1;
        self.phase = phase;
    }
}

impl Probes {
    /// Permits are reserved when they are given out, so that never more probes run than are permitted.
    fn admit(&mut self, generation: u64, config: &BreakerConfig, now: u64, lease: u64) -> Admission {
        let taken = self.finished as usize + self.out.len();
        if taken >= config.half_open_permits as usize {
            let next = self.out.iter().map(|lease| lease.until.saturating_sub(now)).min();
            return Admission::Refused(next);
        }
        self.issued = self.issued.wrapping_add(1);
        self.out.push(Lease { number: self.issued, until: now.saturating_add(lease) });
        Admission::Probe(Ticket { generation, number: self.issued })
    }

    fn count(&mut self, end: ProbeEnd) {
        match end {
            ProbeEnd::Succeeded { slow } => self.slow += u32::from(slow),
            ProbeEnd::Failed => self.failed += 1,
            ProbeEnd::Released => return,
        }
        self.finished += 1;
    }
}

fn window(config: &BreakerConfig, spans: &Spans, now: u64, sums: Sums) -> Window {
    match config.window_calls {
        Some(calls) => Window::Count(CountWindow::new(calls)),
        None => Window::Time(TimeWindow::new(spans.window, now, sums)),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a rate needs no more than 52 bits")]
fn exceeds(config: &BreakerConfig, finished: u64, failed: u64, slow: u64) -> bool {
    let finished = finished.max(1) as f64;
    // A rate within rounding of the threshold has reached it.
    let reaches = |count: u64, rate: f64| count > 0 && count as f64 / finished >= rate - 1e-12;
    reaches(failed, config.failure_rate) || reaches(slow, config.slow_rate)
}
