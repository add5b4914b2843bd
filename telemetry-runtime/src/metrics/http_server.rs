//! What the server counts of requests, and the families made of it.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::SystemTime,
};

use super::{
    Buckets, Exemplar, Family, FamilyKind, HistogramValue, Labels, Value, operation_families::histogram,
};
use crate::{
    cells::{
        CallCells, CallExemplar, CallTotals, DEFAULT_BOUNDS, Exemplars, Owned, Shared, SlotTable, TickBounds,
    },
    clock::Clock,
    fault::{self, Fault},
    thread::ContextWords,
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

/// What is known of the requests of one series.
#[derive(Debug, Default)]
struct Answered {
    cells: SlotTable<CallCells>,
    exemplars: Exemplars,
}

/// What the server counts of requests.
#[derive(Debug)]
pub(crate) struct HttpServer {
    clock: Clock,
    bounds: TickBounds,
    series: RwLock<HashMap<RequestLabels, Arc<Answered>>>,
    active: Mutex<BTreeMap<(&'static str, &'static str), Arc<AtomicI64>>>,
    limit: RwLock<usize>,
    /// Whether requests become examples of their histograms' buckets.
    notes_exemplars: AtomicBool,
}

impl HttpServer {
    pub(crate) fn new(clock: Clock) -> Self {
        Self {
            bounds: TickBounds::new(DEFAULT_BOUNDS, &clock),
            clock,
            series: RwLock::default(),
            active: Mutex::default(),
            limit: RwLock::new(2000),
            notes_exemplars: AtomicBool::new(false),
        }
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) fn set_limit(&self, limit: usize) {
        *self.limit.write().unwrap_or_else(PoisonError::into_inner) = limit;
    }

    /// Makes requests examples of their histograms' buckets, because their spans are exported.
    pub(crate) fn note_exemplars(&self, is_wanted: bool) {
        self.notes_exemplars.store(is_wanted, Ordering::Relaxed);
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

    /// Counts a finished request of `ticks`; `span` is its span, if that is sampled.
    pub(crate) fn finish(&self, labels: RequestLabels, ticks: u64, span: Option<ContextWords>) {
        let bucket = self.bounds.bucket(ticks);
        let example =
            span.filter(|_| self.notes_exemplars.load(Ordering::Relaxed)).map(|span| CallExemplar {
                trace: span.trace,
                span: span.span,
                seconds: self.clock.duration(ticks).as_secs_f64(),
                end: SystemTime::now(),
            });
        let count = |answered: &Answered| {
            answered.cells.with_writer(
                |cells| cells.succeed::<Owned>(bucket, ticks),
                |cells| cells.succeed::<Shared>(bucket, ticks),
            );
            if let Some(example) = example {
                answered.exemplars.note(bucket, example);
            }
        };
        if let Some(answered) = self.series.read().unwrap_or_else(PoisonError::into_inner).get(&labels) {
            return count(answered);
        }
        count(&self.make(labels));
    }

    #[cold]
    fn make(&self, labels: RequestLabels) -> Arc<Answered> {
        let limit = *self.limit.read().unwrap_or_else(PoisonError::into_inner);
        let mut series = self.series.write().unwrap_or_else(PoisonError::into_inner);
        let is_full = series.len() >= limit && !series.contains_key(&labels);
        let overflow = RequestLabels { route: None, ..labels.clone() };
        let is_new = is_full && !series.contains_key(&overflow);
        let answered = series.entry(if is_full { overflow } else { labels }).or_default();
        let answered = Arc::clone(answered);
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
        answered
    }

    /// All families that requests feed, and what the server runs now.
    pub(crate) fn collect(&self) -> Vec<Family> {
        let seconds = Buckets::new(DEFAULT_BOUNDS.iter().copied());
        let millis = Buckets::new(DEFAULT_BOUNDS.iter().map(|bound| bound * 1000.0));
        let mut families = Families::new();
        for (labels, answered) in self.all() {
            let totals = CallTotals::of(&answered.cells);
            let mut value = histogram(&totals, &seconds, |ticks| self.clock.duration(ticks).as_secs_f64());
            value.add_exemplars(answered.exemplars.all().into_iter().map(Exemplar::from));
            families.push_semantic(&labels, &value);
            families.add_app(&labels, value, &millis);
        }
        families.into_vec(self.active_family())
    }

    fn all(&self) -> BTreeMap<RequestLabels, Arc<Answered>> {
        let series = self.series.read().unwrap_or_else(PoisonError::into_inner);
        series.iter().map(|(labels, answered)| (labels.clone(), Arc::clone(answered))).collect()
    }

    /// What each set of labels adds up to, with the default bounds.
    #[cfg(feature = "dashboard")]
    pub(crate) fn totals(&self) -> BTreeMap<RequestLabels, CallTotals> {
        let totals = |(labels, answered): (_, Arc<Answered>)| (labels, CallTotals::of(&answered.cells));
        self.all().into_iter().map(totals).collect()
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
        let HistogramValue { counts, sum, exemplars, .. } = value;
        let value = HistogramValue::new(millis.clone(), counts, sum * 1000.0);
        let series = self.app.entry((request.method, path, status));
        let series = series.and_modify(|sum| sum.add(&value)).or_insert(value);
        series.add_exemplars(exemplars.into_iter().flatten().map(Exemplar::in_millis));
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
