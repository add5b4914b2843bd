//! What the server counts of requests, and the families made of it.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicI64, Ordering},
    },
};

use super::{Buckets, Family, FamilyKind, HistogramValue, Labels, Value, operation_families::histogram};
use crate::{
    cells::{CallCells, CallTotals, DEFAULT_BOUNDS, Owned, Shared, SlotTable, TickBounds},
    clock::Clock,
    fault::{self, Fault},
};

/// What sets a series of requests apart; every field comes out of a small set.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct RequestLabels {
    pub(crate) method: &'static str,
    /// The route's template; `None` for requests that met no route.
    pub(crate) route: Option<Arc<str>>,
    /// `None` if the client left before an answer.
    pub(crate) status: Option<u16>,
    pub(crate) scheme: &'static str,
}

/// The `path` label of requests that met no route; one series, whatever they asked for.
const UNMATCHED: &str = "unmatched";

/// The `status` label of requests whose client left.
const CANCELLED: &str = "cancelled";

/// What the server counts of requests.
#[derive(Debug)]
pub(crate) struct HttpServer {
    clock: Clock,
    bounds: TickBounds,
    series: RwLock<HashMap<RequestLabels, Arc<SlotTable<CallCells>>>>,
    active: Mutex<BTreeMap<(&'static str, &'static str), Arc<AtomicI64>>>,
    limit: RwLock<usize>,
}

impl HttpServer {
    pub(crate) fn new(clock: Clock) -> Self {
        Self {
            bounds: TickBounds::new(DEFAULT_BOUNDS, &clock),
            clock,
            series: RwLock::default(),
            active: Mutex::default(),
            limit: RwLock::new(2000),
        }
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) fn set_limit(&self, limit: usize) {
        *self.limit.write().unwrap_or_else(PoisonError::into_inner) = limit;
    }

    /// Requests of that method that run now.
    pub(crate) fn active(&self, method: &'static str, scheme: &'static str) -> Arc<AtomicI64> {
        let mut active = self.active.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(active.entry((method, scheme)).or_default())
    }

    /// Requests of any method that run now.
    #[cfg(feature = "monitor")]
    pub(crate) fn active_now(&self) -> u64 {
        let active = self.active.lock().unwrap_or_else(PoisonError::into_inner);
        active.values().map(|active| u64::try_from(active.load(Ordering::Relaxed)).unwrap_or(0)).sum()
    }

    /// Counts a finished request of `ticks`.
    pub(crate) fn finish(&self, labels: RequestLabels, ticks: u64) {
        let bucket = self.bounds.bucket(ticks);
        let count = |cells: &SlotTable<CallCells>| {
            cells.with_writer(
                |cells| cells.succeed::<Owned>(bucket, ticks),
                |cells| cells.succeed::<Shared>(bucket, ticks),
            );
        };
        if let Some(cells) = self.series.read().unwrap_or_else(PoisonError::into_inner).get(&labels) {
            return count(cells);
        }
        count(&self.make(labels));
    }

    #[cold]
    fn make(&self, labels: RequestLabels) -> Arc<SlotTable<CallCells>> {
        let limit = *self.limit.read().unwrap_or_else(PoisonError::into_inner);
        let mut series = self.series.write().unwrap_or_else(PoisonError::into_inner);
        let is_full = series.len() >= limit && !series.contains_key(&labels);
        let overflow = RequestLabels { route: None, ..labels.clone() };
        let is_new = is_full && !series.contains_key(&overflow);
        let cells = series.entry(if is_full { overflow } else { labels }).or_default();
        let cells = Arc::clone(cells);
        drop(series);
        if is_new {
            fault::report(&Fault::new(
                "metrics",
                format!(
                    "more than {limit} combinations of method, route and status; the routes of later ones count as \
                     `{UNMATCHED}`. Raise `metrics.cardinality_limit`"
                ),
            ));
        }
        cells
    }

    /// All families that requests feed, and what the server runs now.
    pub(crate) fn collect(&self) -> Vec<Family> {
        let seconds = Buckets::new(DEFAULT_BOUNDS.iter().copied());
        let millis = Buckets::new(DEFAULT_BOUNDS.iter().map(|bound| bound * 1000.0));
        let mut families = Families::new();
        for (labels, totals) in self.totals() {
            let value = histogram(&totals, &seconds, |ticks| self.clock.duration(ticks).as_secs_f64());
            families.push_semantic(&labels, &value);
            families.add_app(&labels, value, &millis);
        }
        families.into_vec(self.active_family())
    }

    /// What each set of labels adds up to, with the default bounds.
    pub(crate) fn totals(&self) -> BTreeMap<RequestLabels, CallTotals> {
        let series = self.series.read().unwrap_or_else(PoisonError::into_inner);
        series.iter().map(|(labels, cells)| (labels.clone(), CallTotals::of(cells))).collect()
    }

    #[expect(clippy::cast_precision_loss, reason = "2^52 requests at once are not to be expected")]
    fn active_family(&self) -> Family {
        let mut family =
            Family::new("http_server_active_requests", FamilyKind::Gauge, "Requests that run now.");
        for ((method, scheme), active) in &*self.active.lock().unwrap_or_else(PoisonError::into_inner) {
            let labels = Labels::new([("http_request_method", *method), ("url_scheme", *scheme)]);
            family.push(&labels, Value::Gauge(active.load(Ordering::Relaxed).max(0) as f64));
        }
        family
    }
}

/// The method's name, or `_OTHER`: a client may send any word.
pub(crate) fn known_method(method: &str) -> &'static str {
    const KNOWN: [&str; 9] = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "CONNECT", "TRACE"];
    KNOWN.into_iter().find(|known| *known == method).unwrap_or("_OTHER")
}

/// The families in the making; `app_*` know no scheme, so that requests of two schemes share a series there.
struct Families {
    semantic: Family,
    app: BTreeMap<(&'static str, String, String), HistogramValue>,
}

impl Families {
    fn new() -> Self {
        let help = "Time that HTTP requests took, by route.";
        Self {
            semantic: Family::new("http_server_request_duration_seconds", FamilyKind::Histogram, help),
            app: BTreeMap::new(),
        }
    }

    fn push_semantic(&mut self, request: &RequestLabels, value: &HistogramValue) {
        let mut labels =
            Labels::new([("http_request_method", request.method), ("url_scheme", request.scheme)]);
        if let Some(route) = &request.route {
            labels = labels.and("http_route", route.to_string());
        }
        match request.status {
            Some(status) => labels = labels.and("http_response_status_code", status.to_string()),
            None => labels = labels.and("error_type", CANCELLED),
        }
        if let Some(status @ 500..) = request.status {
            labels = labels.and("error_type", status.to_string());
        }
        self.semantic.push(&labels, Value::Histogram(value.clone()));
    }

    fn add_app(&mut self, request: &RequestLabels, value: HistogramValue, millis: &Buckets) {
        let path = request.route.as_deref().unwrap_or(UNMATCHED).to_owned();
        let status = request.status.map_or_else(|| CANCELLED.to_owned(), |status| status.to_string());
        let sum = value.sum * 1000.0;
        let value = HistogramValue { buckets: millis.clone(), sum, ..value };
        match self.app.entry((request.method, path, status)) {
            std::collections::btree_map::Entry::Vacant(place) => drop(place.insert(value)),
            std::collections::btree_map::Entry::Occupied(mut place) => place.get_mut().add(&value),
        }
    }

    fn into_vec(self, active: Family) -> Vec<Family> {
        let mut count =
            Family::new("app_request_count_total", FamilyKind::Counter, "HTTP requests answered.");
        let mut latency = Family::new(
            "app_request_latency_ms",
            FamilyKind::Histogram,
            "Time that HTTP requests took, in milliseconds.",
        );
        let mut errors =
            Family::new("app_error_count_total", FamilyKind::Counter, "HTTP requests answered with 5xx.");
        for ((method, path, status), value) in self.app {
            let is_error = status.starts_with('5');
            let labels = Labels::new([("method", method.to_owned()), ("path", path), ("status", status)]);
            count.push(&labels, Value::Counter(value.count()));
            if is_error {
                errors.push(&labels, Value::Counter(value.count()));
            }
            latency.push(&labels, Value::Histogram(value));
        }
        vec![count, latency, errors, self.semantic, active]
    }
}
