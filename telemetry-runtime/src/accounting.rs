//! What a program has done, in a few lines at its end.

use std::{collections::BTreeMap, fmt};

use crate::metrics::{Snapshot, Value};

/// What a program has done: calls by status, and breakers.
///
/// ```
/// use telemetry_runtime::{Accounting, Operation, Snapshot};
///
/// Operation::new("doc", "accounting").run(|| ());
/// let accounting = Accounting::of(&Snapshot::take()).to_string();
/// assert!(accounting.contains("1 success"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounting {
    calls: BTreeMap<String, u64>,
    requests: BTreeMap<String, u64>,
    breakers: Vec<BreakerAccount>,
    exporters: Vec<ExporterAccount>,
    handlers: Vec<HandlerAccount>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct ExporterAccount {
    /// What it exports, as people call it.
    items: &'static str,
    started: u64,
    name: String,
    exported: u64,
    fallback: u64,
    /// By reason.
    dropped: BTreeMap<String, u64>,
    live: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct HandlerAccount {
    name: String,
    started: u64,
    delivered: u64,
    /// By reason.
    dropped: BTreeMap<String, u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct BreakerAccount {
    name: String,
    state: String,
    opened: u64,
    rejected: u64,
}

const STATUSES: [&str; 5] = ["success", "error", "rejected", "cancelled", "panicked"];

impl Accounting {
    /// Adds up a snapshot.
    #[must_use]
    pub fn of(snapshot: &Snapshot) -> Self {
        Self {
            calls: by_status(snapshot, "adapter_requests_total"),
            requests: by_status(snapshot, "app_request_count_total"),
            breakers: breakers(snapshot),
            exporters: ["spans", "events"].iter().flat_map(|items| exporters(snapshot, items)).collect(),
            handlers: handlers(snapshot),
        }
    }

    /// Calls that ended with that status.
    #[must_use]
    pub fn calls(&self, status: &str) -> u64 {
        self.calls.get(status).copied().unwrap_or(0)
    }
}

fn by_status(snapshot: &Snapshot, family: &str) -> BTreeMap<String, u64> {
    let mut sums = BTreeMap::new();
    for series in snapshot.family(family).map(|family| &*family.series).unwrap_or_default() {
        if let (Some(status), Value::Counter(count)) = (series.labels.get("status"), &series.value) {
            *sums.entry(status.to_owned()).or_default() += count;
        }
    }
    sums
}

fn breakers(snapshot: &Snapshot) -> Vec<BreakerAccount> {
    let states = snapshot.family("circuit_breaker_state").map(|family| &*family.series).unwrap_or_default();
    let is_in = states.iter().filter(|series| series.value == Value::Gauge(1.0));
    let account = |series: &crate::metrics::Series| {
        let name = series.labels.get("breaker")?;
        let opened = snapshot.sum("circuit_breaker_transitions_total", &[("breaker", name), ("to", "open")]);
        let rejected = snapshot.sum("circuit_breaker_rejected_total", &[("breaker", name)]);
        let state = series.labels.get("state")?.to_owned();
        Some(BreakerAccount { name: name.to_owned(), state, opened, rejected })
    };
    is_in.filter_map(account).collect()
}

fn exporters(snapshot: &Snapshot, items: &'static str) -> Vec<ExporterAccount> {
    let family = format!("telemetry_{items}_live");
    let live = snapshot.family(&family).map(|family| &*family.series).unwrap_or_default();
    let started = snapshot.sum(&format!("telemetry_{items}_started_total"), &[]);
    let settled = format!("telemetry_{items}_total");
    let account = |series: &crate::metrics::Series| {
        let name = series.labels.get("exporter")?;
        let result = |result| snapshot.sum(&settled, &[("exporter", name), ("result", result)]);
        Some(ExporterAccount {
            items,
            started,
            name: name.to_owned(),
            exported: result("exported"),
            fallback: result("fallback"),
            dropped: dropped(snapshot, &settled, ("exporter", name)),
            live: match series.value {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
                Value::Gauge(live) => live as u64,
                _ => 0,
            },
        })
    };
    live.iter().filter_map(account).collect()
}

fn handlers(snapshot: &Snapshot) -> Vec<HandlerAccount> {
    const SETTLED: &str = "telemetry_alerts_total";
    let all = snapshot.family("telemetry_alerts_started_total").map(|family| &*family.series);
    let account = |series: &crate::metrics::Series| {
        let name = series.labels.get("handler")?;
        Some(HandlerAccount {
            name: name.to_owned(),
            started: snapshot.sum("telemetry_alerts_started_total", &[("handler", name)]),
            delivered: snapshot.sum(SETTLED, &[("handler", name), ("result", "delivered")]),
            dropped: dropped(snapshot, SETTLED, ("handler", name)),
        })
    };
    all.unwrap_or_default().iter().filter_map(account).collect()
}

fn dropped(snapshot: &Snapshot, settled: &str, whose: (&str, &str)) -> BTreeMap<String, u64> {
    let all = snapshot.family(settled).map(|family| &*family.series).unwrap_or_default();
    let of_whom = all.iter().filter(|series| series.labels.get(whose.0) == Some(whose.1));
    let dropped = of_whom.filter(|series| series.labels.get("result") == Some("dropped"));
    let reasons = dropped.filter_map(|series| match (series.labels.get("reason"), &series.value) {
        (Some(reason), Value::Counter(count)) => Some((reason.to_owned(), *count)),
        _ => None,
    });
    reasons.collect()
}

impl fmt::Display for ExporterAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { items, started, name, exported, fallback, dropped, live } = self;
        write!(f, "{started} {items}: {name} exported {exported}, fell back {fallback}")?;
        for (reason, count) in dropped {
            write!(f, ", dropped {count} ({reason})")?;
        }
        write!(f, ", {live} live")
    }
}

impl fmt::Display for HandlerAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, started, delivered, dropped } = self;
        write!(f, "{started} alerts: {name} delivered {delivered}")?;
        for (reason, count) in dropped {
            write!(f, ", dropped {count} ({reason})")?;
        }
        let settled = delivered + dropped.values().sum::<u64>();
        write!(f, ", {} live", started.saturating_sub(settled))
    }
}

impl fmt::Display for Accounting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: u64 = self.calls.values().sum();
        write!(f, "telemetry: {all} calls")?;
        for status in STATUSES {
            write!(f, ", {} {status}", self.calls(status))?;
        }
        if !self.requests.is_empty() {
            let all: u64 = self.requests.values().sum();
            write!(f, "\ntelemetry: {all} requests")?;
            for (status, count) in &self.requests {
                write!(f, ", {count} × {status}")?;
            }
        }
        for exporter in &self.exporters {
            write!(f, "\ntelemetry: {exporter}")?;
        }
        for handler in &self.handlers {
            write!(f, "\ntelemetry: {handler}")?;
        }
        for BreakerAccount { name, state, opened, rejected } in &self.breakers {
            write!(
                f,
                "\ntelemetry: breaker {name} is {state}, opened {opened} times, rejected {rejected} calls"
            )?;
        }
        Ok(())
    }
}
