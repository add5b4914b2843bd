//! What operators ask for.

use super::{BreakerState, Limits, Machine, Phase, Sums};

impl Machine {
    /// Takes other thresholds. The state stays, and the window if it is of the same kind.
    pub(in super::super) fn reconfigure(&mut self, limits: Limits, now: u64, sums: impl Fn() -> Sums) {
        let is_other_window = limits.window != self.limits.window;
        self.limits = limits;
        self.is_watched = false;
        match &mut self.phase {
            Phase::Closed(window) if is_other_window => *window = limits.new_window(now, sums()),
            Phase::MetricsOnly(window, is_told) if is_other_window => {
                (*window, *is_told) = (limits.new_window(now, sums()), false);
            }
            Phase::Closed(_) | Phase::MetricsOnly(..) => self.judge(now, sums),
            Phase::Open { until } => {
                let wait = limits.open.ticks(self.failed_recoveries, self.random.next());
                *until = (*until).min(now.saturating_add(wait));
            }
            // Fewer permits may be what has ended already.
            Phase::HalfOpen(_) => self.decide(now, sums),
            Phase::Disabled | Phase::ForcedOpen => {}
        }
    }

    /// Goes to a state that only somebody's word leads to, or back to closed.
    pub(in super::super) fn go_to(&mut self, state: BreakerState, now: u64, sums: impl Fn() -> Sums) {
        if state == self.state() {
            return;
        }
        let phase = match state {
            BreakerState::Disabled => Phase::Disabled,
            BreakerState::MetricsOnly => Phase::MetricsOnly(self.limits.new_window(now, sums()), false),
            BreakerState::ForcedOpen => Phase::ForcedOpen,
            BreakerState::Closed => Phase::Closed(self.limits.new_window(now, sums())),
            // Nobody asks for the states that calls lead to.
            BreakerState::Open | BreakerState::HalfOpen => return,
        };
        self.failed_recoveries = 0;
        self.enter(phase, now, Sums::default());
    }

    /// Closes and forgets everything, also if it is closed already.
    pub(in super::super) fn reset(&mut self, now: u64, sums: impl Fn() -> Sums) {
        self.failed_recoveries = 0;
        let window = self.limits.new_window(now, sums());
        self.enter(Phase::Closed(window), now, Sums::default());
    }
}
