//! What the gateway says of its spans.

use std::{collections::BTreeMap, ops::RangeInclusive};

use telemetry_tests::process::{Ended, eventually};

use super::IN_TIME;
use crate::gateway::Gateway;

/// Calls that have no span of their own.
const WITHOUT_SPAN: &str = "provider=\"pricing\"";

/// Calls that ask the exchange, which is a span too.
const FEED: &str = "provider=\"quote_feed\"";

/// Those of them that the breaker refused, which happens on a busy machine: they have no span at all.
const REFUSED: &str = "provider=\"quote_feed\",operation=\"quote\",status=\"rejected\"";

/// What became of the spans at the exporter `otlp`, by the gateway's metrics.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) started: u64,
    pub(super) exported: u64,
    pub(super) live: u64,
    /// By reason.
    pub(super) dropped: BTreeMap<String, u64>,
    /// What must have started, by the counters of calls and requests.
    expected: RangeInclusive<u64>,
}

impl Account {
    pub(super) fn read(gateway: &Gateway) -> Self {
        let page = gateway.metrics();
        let mut dropped = BTreeMap::new();
        let outcomes = series(&page, "telemetry_spans_total").filter(|(labels, _)| labels.contains("otlp"));
        for (labels, count) in outcomes.filter(|(labels, _)| labels.contains("result=\"dropped\"")) {
            let reason = labels.split("reason=\"").nth(1).and_then(|rest| rest.split('"').next());
            dropped.insert(reason.expect("drops have a reason").to_owned(), count);
        }
        let calls = |labels: &str| sum(&page, "adapter_requests_total", labels);
        let (refused, requests) = (calls(REFUSED), sum(&page, "app_request_count_total", ""));
        let asked = calls(FEED) - refused;
        let fewest = calls("") - calls(WITHOUT_SPAN) - refused + asked + requests;
        Self {
            started: sum(&page, "telemetry_spans_started_total", ""),
            exported: sum(&page, "telemetry_spans_total", "exporter=\"otlp\",result=\"exported\""),
            live: sum(&page, "telemetry_spans_live", "exporter=\"otlp\""),
            dropped,
            // Whoever is not answered in time may not even have reached the exchange, which has a span as well.
            expected: fewest..=fewest + asked,
        }
    }

    /// Waits until no span runs or waits, and checks that every one of them is accounted for, once.
    pub(super) fn once_quiet(gateway: &Gateway) -> Self {
        let account = eventually(IN_TIME, || match Self::read(gateway) {
            account if account.live == 0 && account.expected.contains(&account.started) => Ok(account),
            account => Err(format!("{account:?}")),
        });
        assert_eq!(account.started, account.exported + account.all_dropped(), "{account:?}");
        account
    }

    pub(super) fn all_dropped(&self) -> u64 {
        self.dropped.values().sum()
    }
}

/// Labels and value of each series of a family.
fn series<'a>(page: &'a str, family: &'a str) -> impl Iterator<Item = (&'a str, u64)> {
    page.lines().filter_map(move |line| {
        let rest = line.strip_prefix(family)?;
        let (labels, value) = rest.rsplit_once(' ')?;
        // Another family may begin with the same name.
        (labels.is_empty() || labels.starts_with('{')).then_some(())?;
        let whole = value.strip_suffix(".0").unwrap_or(value);
        Some((labels, whole.parse().expect("a count")))
    })
}

/// Of the series whose labels contain that text.
fn sum(page: &str, family: &str, labels: &str) -> u64 {
    series(page, family).filter(|(found, _)| found.contains(labels)).map(|(_, value)| value).sum()
}

/// `telemetry: 822 spans: otlp exported 800, fell back 0, dropped 20 (refused), 2 live`
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FinalAccount {
    pub(super) started: u64,
    pub(super) exported: u64,
    pub(super) dropped: u64,
    pub(super) live: u64,
}

impl FinalAccount {
    pub(super) fn of(ended: &Ended) -> Self {
        let line = ended.stderr.lines().find(|line| line.contains(" spans: otlp exported "));
        let line =
            line.expect("spans are accounted for").replace("spans: otlp exported", "started, exported");
        let mut account = Self { started: 0, exported: 0, dropped: 0, live: 0 };
        for part in line.trim_start_matches("telemetry: ").split(", ") {
            let words: Vec<_> = part.split(' ').collect();
            let number = words.iter().find_map(|word| word.parse().ok()).expect("a number");
            match () {
                () if words.contains(&"started") => account.started = number,
                () if words.contains(&"exported") => account.exported = number,
                () if words.contains(&"dropped") => account.dropped += number,
                () if words.contains(&"live") => account.live = number,
                () => assert_eq!(number, 0, "{part}"),
            }
        }
        assert_eq!(account.started, account.exported + account.dropped + account.live, "{account:?}");
        account
    }
}
