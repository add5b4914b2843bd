//! What became of every span, for one exporter.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use super::delivery::Reason;

/// Why spans did not reach an exporter's receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(not(feature = "collector"), allow(dead_code, reason = "some are reasons of events only"))]
pub(crate) enum DropReason {
    /// The queue, or the ring of a thread, had no room.
    QueueFull,
    /// Too much waited for the end of its trace, and its trace was the oldest.
    Evicted,
    /// Its trace was not chosen, and had nothing to be kept for.
    NotKept,
    /// Nobody wanted it: a filter, or the program's own function.
    Filtered,
    /// The program's own function failed.
    Transform,
    /// Nobody listens at a default endpoint that nobody configured.
    Idle,
    /// The exporter's breaker was open and the queue full.
    BreakerOpen,
    Timeout,
    RetriesExhausted,
    /// The receiver took the batch, but not these.
    Rejected,
    /// The receiver answered that it will never take the batch.
    Refused,
    TooLarge,
    Serialize,
    /// The program ended first.
    Shutdown,
}

impl DropReason {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::QueueFull => "queue_full",
            Self::Evicted => "evicted",
            Self::NotKept => "not_kept",
            Self::Filtered => "filtered",
            Self::Transform => "transform",
            Self::Idle => "idle",
            Self::BreakerOpen => "breaker_open",
            Self::Timeout => "timeout",
            Self::RetriesExhausted => "retries_exhausted",
            Self::Rejected => "rejected",
            Self::Refused => "refused",
            Self::TooLarge => "too_large",
            Self::Serialize => "serialize",
            Self::Shutdown => "shutdown",
        }
    }

    /// Why spans are lost that a receiver will never take.
    pub(crate) const fn of_refusal(reason: Reason) -> Self {
        match reason {
            Reason::Timeout => Self::Timeout,
            Reason::TooLarge => Self::TooLarge,
            Reason::Serialize => Self::Serialize,
            _ => Self::Refused,
        }
    }

    /// Whether it tells of something wrong.
    pub(crate) const fn is_fault(self) -> bool {
        !matches!(self, Self::Idle | Self::NotKept | Self::Filtered)
    }
}

/// What became of every span, for one exporter.
#[derive(Debug, Default)]
pub(crate) struct Account {
    exported: AtomicU64,
    fallback: AtomicU64,
    dropped: Mutex<Dropped>,
}

impl Account {
    pub(crate) fn exported(&self, spans: u64) {
        self.exported.fetch_add(spans, Ordering::AcqRel);
    }

    pub(crate) fn fell_back(&self, spans: u64) {
        self.fallback.fetch_add(spans, Ordering::AcqRel);
    }

    pub(crate) fn dropped(&self, reason: DropReason, spans: u64) {
        if spans > 0 {
            *self.dropped.lock().unwrap_or_else(PoisonError::into_inner).entry(reason).or_default() += spans;
        }
    }

    pub(crate) fn read(&self) -> AccountTotals {
        AccountTotals {
            exported: self.exported.load(Ordering::Acquire),
            fallback: self.fallback.load(Ordering::Acquire),
            dropped: self.dropped.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }
}

/// An account at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AccountTotals {
    pub(crate) exported: u64,
    pub(crate) fallback: u64,
    pub(crate) dropped: Dropped,
}

/// Spans that were dropped, by reason.
pub(crate) type Dropped = BTreeMap<DropReason, u64>;

impl AccountTotals {
    /// Spans that something wrong has cost.
    pub(crate) fn faulty(&self) -> u64 {
        self.dropped.iter().filter(|(reason, _)| reason.is_fault()).map(|(_, count)| count).sum()
    }

    /// Spans whose fate is known.
    pub(crate) fn settled(&self) -> u64 {
        self.exported + self.fallback + self.dropped.values().sum::<u64>()
    }
}
