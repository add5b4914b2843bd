//! `labels`: dimensions of an operation's metrics, one series for each set of values.

use std::{cell::Cell, collections::HashSet, fmt, pin::Pin};

use telemetry::{Labels, Snapshot, prometheus, testing::TestTelemetry};
use telemetry_runtime as telemetry;

use super::support::Fault;

/// Label sets of a family's series of one operation.
fn series(snapshot: &Snapshot, family: &str, operation: &str) -> Vec<Labels> {
    let family = snapshot.family(family).expect("a family");
    let own = family.series.iter().filter(|series| series.labels.get("operation") == Some(operation));
    own.map(|series| series.labels.clone()).collect()
}

thread_local! {
    static EVALUATED: Cell<u32> = const { Cell::new(0) };
}

fn evaluated<T>(value: T) -> T {
    EVALUATED.set(EVALUATED.get() + 1);
    value
}

struct Tier(u8);

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tier-{}", self.0)
    }
}

#[telemetry::instrument("labels", labels(region, tier = %tier, retry = n > 0, kind = ?Some(n), venue = evaluated(7_i64)))]
fn every_kind(region: &str, tier: Tier, n: u8) -> Result<u8, Fault> {
    let _ = tier;
    if region.is_empty() { Err(Fault::Down) } else { Ok(n) }
}

#[test]
fn every_kind_of_value_becomes_a_label() {
    let telemetry = TestTelemetry::new();
    assert!(every_kind("eu", Tier(1), 0).is_ok() && every_kind("", Tier(2), 1).is_err());
    assert_eq!(EVALUATED.replace(0), 2, "once a call");
    let snapshot = telemetry.snapshot();
    let eu = [("region", "eu"), ("tier", "tier-1"), ("retry", "false"), ("kind", "Some(0)"), ("venue", "7")];
    assert_eq!(snapshot.sum("adapter_requests_total", &[&eu[..], &[("status", "success")]].concat()), 1);
    assert_eq!(snapshot.sum("adapter_request_duration_seconds", &eu), 1);
    assert_eq!(snapshot.sum("adapter_errors_total", &[("tier", "tier-2"), ("error_type", "down")]), 1);
    let failed = series(&snapshot, "adapter_errors_total", "every_kind");
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0].get("region"), None, "an empty label is none");
}

#[telemetry::instrument("labels", labels(shard = shard % 3, size = text.len(), a, c = %b), fields(text))]
async fn mixed(shard: u32, mut text: String, (a, b): (u8, u8)) -> String {
    tokio::task::yield_now().await;
    text.push_str(&shard.to_string());
    text + &a.to_string() + &b.to_string()
}

#[telemetry::measure("labels", labels(shard))]
fn unit(shard: u8, mut counts: Vec<u8>) {
    counts.push(shard);
    drop(counts);
}

#[telemetry::trace("labels", labels(shard))]
fn boxed(shard: u8) -> Pin<Box<dyn Future<Output = u8> + Send>> {
    Box::pin(async move { shard })
}

#[tokio::test]
async fn the_sum_of_label_sets_is_the_truth() {
    let telemetry = TestTelemetry::new();
    for shard in 0..10_u8 {
        assert_eq!(mixed(shard.into(), "x".to_owned(), (1, 2)).await, format!("x{shard}12"));
        unit(shard % 2, Vec::new());
        assert_eq!(boxed(shard % 5).await, shard % 5);
    }
    drop(mixed(9, String::new(), (1, 1)));
    let snapshot = telemetry.snapshot();
    for (operation, sets) in [("mixed", 3), ("unit", 2), ("boxed", 5)] {
        telemetry.call("labels", operation).assert_times(10).assert_status("success", 10);
        assert_eq!(series(&snapshot, "adapter_requests_total", operation).len(), 5 * sets, "{operation}");
    }
    assert_eq!(snapshot.sum("adapter_requests_total", &[("operation", "mixed"), ("shard", "0")]), 4);
    telemetry.call("labels", "mixed").assert_none_active();
}

struct Feed {
    region: &'static str,
}

#[telemetry::instrument_adapter("labels_block", labels(region = self.region), breaker(minimum_calls = 2))]
impl Feed {
    async fn quote(&self, fails: bool) -> Result<u8, Fault> {
        if fails { Err(Fault::Down) } else { Ok(1) }
    }

    #[telemetry(labels(region = "all", symbol), breaker(off))]
    fn news(&mut self, symbol: &str) -> Result<u8, Fault> {
        self.region = "moved";
        u8::try_from(symbol.len()).map_err(|_| Fault::Down)
    }
}

#[tokio::test]
async fn a_block_gives_defaults_and_one_breaker_sees_all_sets() {
    let telemetry = TestTelemetry::new();
    let (eu, us) = (Feed { region: "eu" }, Feed { region: "us" });
    assert!(eu.quote(true).await.is_err() && us.quote(true).await.is_err());
    assert_eq!(eu.quote(false).await, Err(Fault::Open));
    let snapshot = telemetry.snapshot();
    let count = |region: &str, status: &str| {
        let labels = [("operation", "quote"), ("region", region), ("status", status)];
        snapshot.sum("adapter_requests_total", &labels)
    };
    assert_eq!((count("eu", "error"), count("us", "error"), count("eu", "rejected")), (1, 1, 1));
    let mut feed = Feed { region: "eu" };
    assert!(feed.news("ACME").is_ok());
    let news = series(&telemetry.snapshot(), "adapter_requests_total", "news");
    assert!(
        news.iter().all(|labels| labels.get("region") == Some("all") && labels.get("symbol") == Some("ACME"))
    );
}

#[telemetry::measure("labels", name = "twin", labels(region))]
fn labelled_twin(region: &str) -> usize {
    region.len()
}

#[telemetry::measure("labels", name = "twin")]
fn plain_twin() {}

#[test]
fn no_series_stands_twice_in_an_exposition() {
    let telemetry = TestTelemetry::new();
    let _ = (labelled_twin(""), labelled_twin("eu"), labelled_twin(&"é\"\\\n".repeat(300)));
    plain_twin();
    let snapshot = telemetry.snapshot();
    let mut text = String::new();
    prometheus::render(&snapshot, prometheus::Format::Text, &mut text);
    let names: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.rsplit_once(' ').map(|(name, _)| name))
        .collect();
    assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len(), "{text}");
    let merged = "adapter_requests_total{provider=\"labels\",operation=\"twin\",status=\"success\"} 2";
    assert!(text.lines().any(|line| line == merged), "{text}");
    telemetry.call("labels", "twin").assert_times(4);
}
