//! The operations of the program as the page lists them.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    burn::{Burn, Burns},
    counts::Counts,
    history::{History, Window},
    per_second,
    quantile::quantile,
    share,
};
use crate::{
    breaker::CircuitBreaker,
    cells::{Bounds, CallTotals, DEFAULT_BOUNDS},
    metrics::{Buckets, OperationReading},
    operation::{Kind, Operation},
};

/// Provider and name; operations that share them are one.
pub(crate) type OperationKey = (&'static str, &'static str);

/// One operation with what its calls add up to, whatever their labels.
#[derive(Clone, Debug)]
pub(crate) struct OperationNow {
    pub(crate) operation: &'static Operation,
    /// Bounds of `counts.buckets`; none before the first reading.
    buckets: Option<Buckets>,
    pub(crate) counts: Counts,
    active: u64,
    errors: BTreeMap<&'static str, u64>,
}

/// One operation; rates, quantiles and `error_rate` are those of the window.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct OperationRow {
    /// `provider.operation`.
    pub(crate) id: String,
    provider: &'static str,
    operation: &'static str,
    /// The kind of its spans: `client`, `server`, `internal`, `producer` or `consumer`.
    kind: &'static str,
    /// Calls a second.
    rate: f64,
    /// Share of calls that went well, without cancelled ones; null if nothing was called.
    success_rate: Option<f64>,
    /// Seconds; null if nothing was called.
    p50: Option<f64>,
    /// As `p50`.
    p95: Option<f64>,
    /// As `p50`.
    p99: Option<f64>,
    /// Calls that run now.
    active: u64,
    /// Calls since the start, however they ended.
    calls: u64,
    /// Failed calls since the start, by type.
    errors: BTreeMap<&'static str, u64>,
    /// Share of calls that failed, without cancelled and refused ones; null if nothing was called.
    error_rate: Option<f64>,
    /// Calls that the breaker refused, since the start.
    rejected: u64,
    /// Calls that nobody waited for to the end, since the start.
    cancelled: u64,
    /// Calls that panicked, since the start.
    panicked: u64,
    /// Calls a second in the last steps of two seconds, oldest first.
    spark: Vec<f64>,
    breaker: Option<&'static str>,
    breaker_state: Option<&'static str>,
    slo: Option<SloRow>,
}

/// What the calls of an operation are expected to reach, and how fast they use up what may fail.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct SloRow {
    /// Seconds that a good call takes at the most.
    latency: f64,
    /// Percentage of calls that have to be good.
    target: f64,
    /// So many times faster than the objective allows, over 5 min or as far back as is known.
    burn_5m: Option<f64>,
    /// The same over an hour.
    burn_1h: Option<f64>,
}

/// What rows are made of beside the operation itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look<'a> {
    pub(super) history: &'a History<OperationKey>,
    pub(super) burns: &'a Burns,
    pub(super) window: Window,
}

/// Every operation of the catalog with what was read of it, in the order of provider and name.
pub(crate) fn operations(
    catalog: &[&'static Operation],
    readings: &[OperationReading],
) -> BTreeMap<OperationKey, OperationNow> {
    let mut all = BTreeMap::new();
    for operation in catalog {
        all.entry(key(operation)).or_insert_with(|| OperationNow::new(operation));
    }
    for reading in readings {
        let of = reading.operation;
        all.entry(key(of)).or_insert_with(|| OperationNow::new(of)).add(reading);
    }
    all
}

fn key(operation: &Operation) -> OperationKey {
    (operation.provider(), operation.name())
}

impl OperationNow {
    fn new(operation: &'static Operation) -> Self {
        Self { operation, buckets: None, counts: Counts::default(), active: 0, errors: BTreeMap::new() }
    }

    fn add(&mut self, reading: &OperationReading) {
        if let Some(requests) = &reading.requests {
            self.counts.add_requests(reading.success, requests);
        }
        if let Some(durations) = &reading.durations {
            self.counts.add_durations(durations);
            self.active += CallTotals::active(durations);
            self.buckets.get_or_insert_with(|| reading.buckets.clone());
        }
        for (error_type, count) in &reading.errors {
            *self.errors.entry(error_type).or_default() += count;
        }
    }

    pub(crate) fn key(&self) -> OperationKey {
        key(self.operation)
    }

    /// How the page and its addresses name it.
    pub(crate) fn id(&self) -> String {
        format!("{}.{}", self.operation.provider(), self.operation.name())
    }

    /// Upper bounds of its histogram in seconds.
    pub(crate) fn bounds(&self) -> &[f64] {
        let stated: Bounds = self.operation.keys().buckets.unwrap_or(DEFAULT_BOUNDS);
        self.buckets.as_ref().map_or(stated, Buckets::bounds)
    }

    pub(super) fn active(&self) -> u64 {
        self.active
    }

    pub(super) fn is_outgoing(&self) -> bool {
        matches!(self.operation.kind(), Kind::Client | Kind::Producer)
    }

    pub(crate) fn row(&self, look: Look<'_>) -> OperationRow {
        let key = self.key();
        let recent = look.history.within(look.window, &key, &self.counts);
        let buckets = &recent.buckets[..=self.bounds().len()];
        let time = |q| quantile(q, self.bounds(), buckets);
        let breaker = self.operation.breaker();
        OperationRow {
            id: self.id(),
            provider: key.0,
            operation: key.1,
            kind: self.operation.kind().as_str(),
            rate: per_second(recent.calls(), look.window.seconds),
            success_rate: share(recent.success, recent.answered()),
            p50: time(0.5),
            p95: time(0.95),
            p99: time(0.99),
            active: self.active,
            calls: self.counts.calls(),
            errors: self.errors.clone(),
            error_rate: share(recent.errors + recent.panicked, recent.answered() - recent.rejected),
            rejected: self.counts.rejected,
            cancelled: self.counts.cancelled,
            panicked: self.counts.panicked,
            spark: look.history.rates(&key),
            breaker: breaker.as_ref().map(CircuitBreaker::name),
            breaker_state: breaker.map(|breaker| breaker.state().as_str()),
            slo: self.slo(look.burns),
        }
    }

    fn slo(&self, burns: &Burns) -> Option<SloRow> {
        let slo = self.operation.slo()?;
        let Burn { five_minutes, hour } = burns.of(self);
        let (latency, target) = (slo.latency().as_secs_f64(), slo.target());
        Some(SloRow { latency, target, burn_5m: five_minutes, burn_1h: hour })
    }
}
