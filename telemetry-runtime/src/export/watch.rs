//! How an exporter does, for the health report.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use super::{account::AccountTotals, line::Line};
use crate::breaker::BreakerState;

/// Drops of this time make an exporter degraded.
const RECENT: Duration = Duration::from_secs(60);

/// How an exporter does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ExporterVitals {
    pub(crate) name: String,
    pub(crate) breaker: BreakerState,
    pub(crate) is_idle: bool,
    /// Share of the queue that is taken, 0 to 1.
    pub(crate) queue_fill: f64,
    /// Spans dropped for a fault within the last minute.
    pub(crate) dropped_recently: u64,
    /// Since when the breaker has not been closed.
    pub(crate) down_for: Option<Duration>,
    /// Reason and time; the text of a failure may hold addresses.
    pub(crate) last_failure: Option<(&'static str, SystemTime)>,
}

/// What is remembered of an exporter to say how it does.
#[derive(Debug, Default)]
pub(super) struct Watch(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    /// Faulty drops so far, noted once a second.
    dropped: VecDeque<(Duration, u64)>,
    down_since: Option<Duration>,
}

impl Watch {
    /// Notes how things are at `now`.
    pub(super) fn note<T>(&self, now: Duration, line: &Line<T>, totals: &AccountTotals) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due =
            seen.dropped.back().is_none_or(|(at, _)| now.saturating_sub(*at) >= Duration::from_secs(1));
        if is_due {
            seen.dropped.push_back((now, totals.faulty()));
        }
        while seen.dropped.get(1).is_some_and(|(at, _)| now.saturating_sub(*at) >= RECENT) {
            seen.dropped.pop_front();
        }
        match line.breaker.state() {
            BreakerState::Closed => seen.down_since = None,
            _ => {
                seen.down_since.get_or_insert(now);
            }
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a share needs no more than 52 bits")]
    pub(super) fn vitals<T>(&self, now: Duration, line: &Line<T>, totals: &AccountTotals) -> ExporterVitals {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = seen.dropped.front().map_or(0, |(_, dropped)| *dropped);
        ExporterVitals {
            name: line.title().to_owned(),
            breaker: line.breaker.state(),
            is_idle: line.is_idle(),
            queue_fill: line.queued() as f64 / line.batching().max_queue_size.max(1) as f64,
            dropped_recently: totals.faulty().saturating_sub(before),
            down_for: seen.down_since.map(|since| now.saturating_sub(since)),
            last_failure: line.last_failure().map(|failure| (failure.reason(), failure.at())),
        }
    }
}
