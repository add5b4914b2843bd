//! The breaker's state machine: no clock, no lock, no I/O.
//!
//! Every method takes the time in ticks, and a way to the sums where a window needs them. A change of state leaves a
//! [`Notice`] that is taken away exactly once.

mod orders;

use std::num::NonZeroU64;

use super::{
    limits::Limits,
    notice::{Change, Notice},
    open_time::Random,
    probes::{Judged, Probes, Ticket},
    state::BreakerState,
    window::{Sums, Window},
};

/// Whether a call may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admission {
    Free,
    Probe(Ticket),
    Refused,
}

/// A call that has ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ended {
    pub(super) ticket: Option<Ticket>,
    pub(super) start: u64,
    /// `None` if it says nothing of the dependency.
    pub(super) judged: Option<Judged>,
}

/// Calls say when they started to eight ticks.
const START_PRECISION: u64 = 8;

#[derive(Debug)]
enum Phase {
    Closed(Window),
    /// The flag says that the rates are above their thresholds, and that this was told.
    MetricsOnly(Window, bool),
    Disabled,
    Open {
        until: u64,
    },
    HalfOpen(Probes),
    ForcedOpen,
}

#[derive(Debug)]
pub(super) struct Machine {
    limits: Limits,
    phase: Phase,
    /// Calls that started before this tick belong to an earlier period.
    since: u64,
    /// The next success may change what is decided, so it must come by.
    is_watched: bool,
    failed_recoveries: u32,
    issued: u64,
    random: Random,
    notices: u64,
    notice: Option<Notice>,
    /// How often it went from one state to another.
    transitions: [[u64; BreakerState::COUNT]; BreakerState::COUNT],
}

impl Machine {
    pub(super) fn new(limits: Limits, seed: u64, now: u64, sums: Sums) -> Self {
        Self {
            phase: Phase::Closed(limits.new_window(now, sums)),
            limits,
            since: 0,
            is_watched: false,
            failed_recoveries: 0,
            issued: 0,
            random: Random::new(seed),
            notices: 0,
            notice: None,
            transitions: Default::default(),
        }
    }

    pub(super) fn state(&self) -> BreakerState {
        match self.phase {
            Phase::Closed(_) => BreakerState::Closed,
            Phase::MetricsOnly(..) => BreakerState::MetricsOnly,
            Phase::Disabled => BreakerState::Disabled,
            Phase::Open { .. } => BreakerState::Open,
            Phase::HalfOpen(_) => BreakerState::HalfOpen,
            Phase::ForcedOpen => BreakerState::ForcedOpen,
        }
    }

    /// How often it went from one state to another.
    pub(super) fn transitions(&self, from: BreakerState, to: BreakerState) -> u64 {
        self.transitions[from.index()][to.index()]
    }

    /// What there is to tell since the last time.
    pub(super) fn take_notice(&mut self) -> Option<Notice> {
        self.notice.take()
    }

    /// The tick at which a finished call must come by, also a successful one.
    pub(super) fn next_roll(&self) -> u64 {
        match &self.phase {
            Phase::Closed(_) | Phase::MetricsOnly(..) if self.is_watched => 0,
            Phase::Closed(window) | Phase::MetricsOnly(window, _) => window.next_roll(),
            Phase::Disabled | Phase::Open { .. } | Phase::HalfOpen(_) | Phase::ForcedOpen => u64::MAX,
        }
    }

    /// The tick until which every call is refused; the maximum if that is unknown, zero if one may pass.
    pub(super) fn refused_until(&self) -> u64 {
        match &self.phase {
            Phase::Open { until } => *until,
            Phase::HalfOpen(probes) if !probes.has_room(self.limits.permits) => {
                probes.next_end().unwrap_or(0)
            }
            Phase::ForcedOpen => u64::MAX,
            Phase::HalfOpen(_) | Phase::Closed(_) | Phase::MetricsOnly(..) | Phase::Disabled => 0,
        }
    }

    /// Calls that started before this tick belong to an earlier period.
    pub(super) fn since(&self) -> u64 {
        self.since
    }

    pub(super) fn admit(&mut self, now: u64, sums: impl Fn() -> Sums) -> Admission {
        match self.phase {
            Phase::Open { until } if now >= until => {
                self.enter(Phase::HalfOpen(Probes::default()), now, Sums::default());
            }
            _ => self.expire(now, sums),
        }
        match &mut self.phase {
            Phase::Closed(_) | Phase::MetricsOnly(..) | Phase::Disabled => Admission::Free,
            Phase::HalfOpen(probes) if probes.has_room(self.limits.permits) => {
                self.issued += 1;
                let ticket = Ticket(NonZeroU64::new(self.issued).unwrap_or(NonZeroU64::MAX));
                probes.give_out(ticket, now.saturating_add(self.limits.lease));
                Admission::Probe(ticket)
            }
            Phase::HalfOpen(_) | Phase::Open { .. } | Phase::ForcedOpen => Admission::Refused,
        }
    }

    /// Notes the boundaries of a time window up to `now`, before the call that ends now is counted.
    pub(super) fn roll(&mut self, now: u64, sums: impl Fn() -> Sums) {
        if let Phase::Closed(window) | Phase::MetricsOnly(window, _) = &mut self.phase {
            // What has left the window may change the rates, so that the next call must come by to be judged with it.
            self.is_watched |= window.roll(now, sums);
        }
    }

    /// Whether the call is one of the window's; the sums must hold those and no others.
    pub(super) fn counts(&self, call: &Ended) -> bool {
        matches!(self.phase, Phase::Closed(_) | Phase::MetricsOnly(..))
            && call.ticket.is_none()
            && call.judged.is_some()
            && call.start >= self.since
    }

    /// Takes the end of a call; the sums hold it already if it counts.
    pub(super) fn ended(&mut self, call: &Ended, now: u64, sums: impl Fn() -> Sums) {
        let counts = self.counts(call);
        if let (Phase::Closed(window) | Phase::MetricsOnly(window, _), Some(judged)) =
            (&mut self.phase, call.judged.filter(|_| counts))
        {
            window.push(judged.failed, judged.slow);
            return self.judge(now, sums);
        }
        if let Some(ticket) = call.ticket {
            self.expire(now, &sums);
            self.probe_ended(ticket, call.judged, now, &sums);
        }
    }

    fn probe_ended(&mut self, ticket: Ticket, judged: Option<Judged>, now: u64, sums: impl Fn() -> Sums) {
        let Phase::HalfOpen(probes) = &mut self.phase else { return };
        let is_ours = probes.take_back(ticket);
        if let Some(judged) = judged.filter(|_| is_ours) {
            probes.count(judged);
            self.decide(now, sums);
        }
    }

    /// Leases that have ended may decide, before anything else does.
    fn expire(&mut self, now: u64, sums: impl Fn() -> Sums) {
        if let Phase::HalfOpen(probes) = &mut self.phase {
            probes.expire(now);
            self.decide(now, sums);
        }
    }

    /// What the window holds; nothing unless calls are judged.
    pub(super) fn look_back(&self, sums: impl Fn() -> Sums) -> Sums {
        match &self.phase {
            Phase::Closed(window) | Phase::MetricsOnly(window, _) => window.look_back(sums),
            _ => Sums::default(),
        }
    }

    /// Opens if the window says so.
    fn judge(&mut self, now: u64, sums: impl Fn() -> Sums) {
        let seen = self.look_back(sums);
        let required = self.limits.required_calls;
        let is_enough = seen.finished >= required;
        // Else the next change for the worse comes by itself: a failure, a slow call, or a roll.
        self.is_watched = !is_enough && self.exceeds(required, seen);
        let exceeds = is_enough && self.exceeds(seen.finished, seen);
        match &mut self.phase {
            Phase::Closed(_) if exceeds => self.open(now, seen),
            Phase::MetricsOnly(_, is_told) => {
                let is_news = exceeds && !*is_told;
                *is_told = exceeds;
                // A success may bring the rates below again.
                self.is_watched |= exceeds;
                if is_news {
                    self.note(Change::WouldOpen, seen);
                }
            }
            _ => {}
        }
    }

    /// Opens or closes as soon as the probes that are still to come cannot change it.
    fn decide(&mut self, now: u64, sums: impl Fn() -> Sums) {
        let Phase::HalfOpen(probes) = &self.phase else { return };
        let all = u64::from(self.limits.permits).max(u64::from(probes.finished));
        let missing = all - u64::from(probes.finished);
        let seen =
            Sums { finished: probes.finished.into(), failed: probes.failed.into(), slow: probes.slow.into() };
        let at_worst = Sums { failed: seen.failed + missing, slow: seen.slow + missing, ..seen };
        if self.exceeds(all, seen) {
            self.failed_recoveries = self.failed_recoveries.saturating_add(1);
            self.open(now, seen);
        } else if !self.exceeds(all, at_worst) {
            self.failed_recoveries = 0;
            let window = self.limits.new_window(now, sums());
            self.enter(Phase::Closed(window), now, seen);
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a rate needs no more than 52 bits")]
    fn exceeds(&self, finished: u64, seen: Sums) -> bool {
        let finished = finished.max(1) as f64;
        // A rate within rounding of the threshold has reached it.
        let reaches = |count: u64, rate: f64| count > 0 && count as f64 / finished >= rate - 1e-12;
        reaches(seen.failed, self.limits.failure_rate) || reaches(seen.slow, self.limits.slow_rate)
    }

    fn open(&mut self, now: u64, seen: Sums) {
        let wait = self.limits.open.ticks(self.failed_recoveries, self.random.next());
        self.enter(Phase::Open { until: now.saturating_add(wait) }, now, seen);
    }

    fn enter(&mut self, phase: Phase, now: u64, seen: Sums) {
        let from = self.state();
        self.phase = phase;
        self.is_watched = false;
        let to = self.state();
        if to.passes() {
            self.since = now - now % START_PRECISION;
        }
        if from != to {
            self.transitions[from.index()][to.index()] += 1;
            self.note(Change::State { from, to }, seen);
        }
    }

    fn note(&mut self, change: Change, seen: Sums) {
        self.notices += 1;
        self.notice = Some(Notice { change, number: self.notices, seen });
    }
}
