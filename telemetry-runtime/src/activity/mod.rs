//! What the program does lately, for the live page: windows over the same cells that metrics are read from.
//!
//! Nobody samples anything unless somebody looks: whoever looks calls [`Activity::look`], which ends a step once two
//! seconds have gone by.

mod breakers;
mod burn;
mod counts;
mod edges;
mod history;
mod operations;
mod quantile;
mod requests;

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use serde::Serialize;
use utoipa::ToSchema;

pub(crate) use self::{
    breakers::{BreakerTimeline, Transition},
    edges::Edge,
    history::{STEP, WINDOW},
    operations::{OperationKey, OperationNow, OperationRow},
    requests::RequestRow,
};
use self::{
    burn::Burns,
    counts::Counts,
    history::{History, Window},
    operations::Look,
    quantile::quantile_of_all,
    requests::RouteKey,
};
use crate::{metrics::MetricRegistry, operation::catalog};

/// What lies behind, as far as somebody has looked.
#[derive(Debug)]
pub(crate) struct Activity {
    operations: History<OperationKey>,
    requests: History<RouteKey>,
    burns: Burns,
}

/// Everything at one moment, beside what lies behind.
#[derive(Debug)]
pub(crate) struct Moment {
    now: Duration,
    operations: BTreeMap<OperationKey, OperationNow>,
    requests: HashMap<RouteKey, Counts>,
}

/// All operations together.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct TotalsRow {
    /// Calls a second.
    rate: f64,
    /// Share of calls that went well, without cancelled ones; null if nothing was called.
    success_rate: Option<f64>,
    /// Share of calls that failed, without cancelled and refused ones; null if nothing was called.
    error_rate: Option<f64>,
    /// Calls that run now.
    active: u64,
    /// Seconds; null if nothing was called.
    p95: Option<f64>,
}

/// The last minutes of one operation in buckets.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Spread {
    /// Calls in each bucket over the window.
    pub(crate) histogram: Vec<u64>,
    /// When the first column began, on the clock.
    pub(crate) from: Duration,
    /// Calls in each bucket, a step each.
    pub(crate) columns: Vec<Vec<u32>>,
}

impl Moment {
    /// Reads every operation and route once.
    pub(crate) fn read(registry: &MetricRegistry) -> Self {
        Self {
            now: registry.clock().now(),
            operations: operations::operations(&catalog::stated(), &registry.operation_readings()),
            requests: requests::requests(&registry.http_server().totals()),
        }
    }

    /// The operation of that id.
    pub(crate) fn operation(&self, id: &str) -> Option<&OperationNow> {
        self.operations.values().find(|operation| operation.id() == id)
    }

    pub(crate) fn operations(&self) -> impl Iterator<Item = &OperationNow> {
        self.operations.values()
    }
}

impl Activity {
    pub(crate) fn new(now: Duration) -> Self {
        Self { operations: History::new(now), requests: History::new(now), burns: Burns::new(now) }
    }

    /// Remembers the moment if it is time to.
    pub(crate) fn look(&mut self, moment: &Moment) {
        if !self.operations.is_due(moment.now) {
            return;
        }
        let operations = moment.operations.iter().map(|(key, operation)| (*key, &operation.counts));
        self.operations.sample(moment.now, operations);
        self.requests.sample(moment.now, moment.requests.iter().map(|(key, counts)| (key.clone(), counts)));
        moment.operations().for_each(|operation| self.burns.note(moment.now, operation));
    }

    fn window(&self, moment: &Moment) -> Window {
        self.operations.window(moment.now)
    }

    fn at(&self, moment: &Moment) -> Look<'_> {
        Look { history: &self.operations, burns: &self.burns, window: self.window(moment) }
    }

    /// How many seconds rates and quantiles are of.
    pub(crate) fn window_seconds(&self, moment: &Moment) -> f64 {
        rounded(self.window(moment).seconds)
    }

    pub(crate) fn row(&self, moment: &Moment, operation: &OperationNow) -> OperationRow {
        operation.row(self.at(moment))
    }

    pub(crate) fn rows(&self, moment: &Moment) -> Vec<OperationRow> {
        let look = self.at(moment);
        moment.operations().map(|operation| operation.row(look)).collect()
    }

    pub(crate) fn request_rows(&self, moment: &Moment) -> Vec<RequestRow> {
        requests::rows(&moment.requests, &self.requests, self.requests.window(moment.now))
    }

    /// What the service of that name calls.
    pub(crate) fn edges(&self, service: &str, moment: &Moment) -> Vec<Edge> {
        edges::of_operations(service, moment.operations(), self.at(moment))
    }

    pub(crate) fn totals(&self, moment: &Moment) -> TotalsRow {
        let look = self.at(moment);
        let recent: Vec<(&OperationNow, Counts)> = moment
            .operations()
            .map(|operation| {
                (operation, look.history.within(look.window, &operation.key(), &operation.counts))
            })
            .collect();
        let mut sum = Counts::default();
        recent.iter().for_each(|(_, counts)| sum.add(counts));
        let histograms = recent.iter().map(|(operation, counts)| {
            let bounds = operation.bounds();
            (bounds, &counts.buckets[..=bounds.len()])
        });
        TotalsRow {
            rate: per_second(sum.calls(), look.window.seconds),
            success_rate: share(sum.success, sum.answered()),
            error_rate: share(sum.errors + sum.panicked, sum.answered() - sum.rejected),
            active: moment.operations().map(OperationNow::active).sum(),
            p95: quantile_of_all(0.95, histograms),
        }
    }

    pub(crate) fn spread(&self, moment: &Moment, operation: &OperationNow) -> Spread {
        let (key, len) = (operation.key(), operation.bounds().len() + 1);
        let recent = self.operations.within(self.window(moment), &key, &operation.counts);
        let (from, columns) = self.operations.columns(&key);
        let columns = columns.into_iter().map(|column| column[..len].to_vec()).collect();
        Spread { histogram: recent.buckets[..len].to_vec(), from, columns }
    }
}

/// A share, if there is something to have a share of.
#[expect(clippy::cast_precision_loss, reason = "a share needs no more than 52 bits")]
fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| rounded(part as f64 / whole as f64))
}

#[expect(clippy::cast_precision_loss, reason = "a rate needs no more than 52 bits")]
fn per_second(count: u64, seconds: f64) -> f64 {
    if seconds > 0.0 { rounded(count as f64 / seconds) } else { 0.0 }
}

/// More digits say nothing, and would be most of what the page has to read.
fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}
