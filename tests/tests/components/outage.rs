//! What callers of the gateway feel while the exchange dies and returns, out of the gateway's own metrics.
//!
//! `cargo test --release -p telemetry-tests --test components -- --ignored --nocapture an_outage_is_felt_by_nobody`
//! prints the table: a line a second with the breaker's state, what it refused, how much of what the exchange was asked
//! went well, and the p99 of the gateway's answers.

use std::{
    ops::{Range, Sub},
    thread,
    time::{Duration, Instant},
};

use crate::gateway::Gateway;

const RATE: &str = "100";
const SECONDS: u64 = 32;

/// The exchange is down; the seconds around each end belong to neither side.
const DOWN: Range<u64> = 10..20;
const HEALTHY: Range<u64> = 2..9;
const FELT: Range<u64> = 11..20;

/// Of the healthy p99.
const MOST: f64 = 2.0;

/// Counts of one moment.
#[derive(Clone, Debug, Default)]
struct Counts {
    state: String,
    /// By `status`.
    success: f64,
    failed: f64,
    rejected: f64,
    /// Upper bounds in milliseconds, with the requests up to there.
    latency: Vec<(f64, f64)>,
}

impl Counts {
    fn of(page: &str) -> Self {
        let feed = |status| sum(page, "adapter_requests_total", &["provider=\"quote_feed\"", status]);
        let state = page
            .lines()
            .find(|line| {
                line.starts_with("circuit_breaker_state{breaker=\"quote_feed\"") && line.ends_with(" 1.0")
            })
            .and_then(|line| line.split("state=\"").nth(1)?.split('"').next());
        Self {
            state: state.unwrap_or("?").to_owned(),
            success: feed("status=\"success\""),
            failed: feed("status=\"error\""),
            rejected: feed("status=\"rejected\""),
            latency: latency(page),
        }
    }

    fn success_rate(&self) -> f64 {
        self.success / (self.success + self.failed).max(1.0)
    }

    /// By the share of the bucket that it lies in.
    fn p99(&self) -> f64 {
        let Some((_, all)) = self.latency.last() else { return 0.0 };
        let (mut below, mut count) = (0.0, 0.0);
        for (bound, up_to) in &self.latency {
            if *up_to >= all * 0.99 && *up_to > count {
                return below + (bound.min(10_000.0) - below) * (all * 0.99 - count) / (up_to - count);
            }
            (below, count) = (*bound, *up_to);
        }
        0.0
    }
}

/// What came in between.
impl Sub for &Counts {
    type Output = Counts;

    fn sub(self, earlier: Self) -> Counts {
        let before = |bound: f64| {
            earlier.latency.iter().find(|(known, _)| *known == bound).map_or(0.0, |(_, count)| *count)
        };
        Counts {
            state: self.state.clone(),
            success: self.success - earlier.success,
            failed: self.failed - earlier.failed,
            rejected: self.rejected - earlier.rejected,
            latency: self.latency.iter().map(|(bound, count)| (*bound, count - before(*bound))).collect(),
        }
    }
}

fn value(line: &str) -> f64 {
    line.rsplit(' ').next().and_then(|value| value.parse().ok()).expect("a number")
}

fn sum(page: &str, family: &str, labels: &[&str]) -> f64 {
    let is_wanted = |line: &&str| {
        line.strip_prefix(family).is_some_and(|rest| rest.starts_with('{'))
            && labels.iter().all(|label| line.contains(label))
    };
    page.lines().filter(is_wanted).map(value).sum()
}

fn latency(page: &str) -> Vec<(f64, f64)> {
    let mut buckets: Vec<(f64, f64)> = Vec::new();
    for line in page.lines().filter(|line| line.starts_with("app_request_latency_ms_bucket{")) {
        let bound = line.split("le=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a bound");
        let bound: f64 = bound.replace("+Inf", "inf").parse().expect("a number");
        match buckets.iter_mut().find(|(known, _)| *known == bound) {
            Some((_, count)) => *count += value(line),
            None => buckets.push((bound, value(line))),
        }
    }
    buckets.sort_unstable_by(|(a, _), (b, _)| a.total_cmp(b));
    buckets
}

#[test]
#[ignore = "measures for half a minute; run it alone"]
fn an_outage_is_felt_by_nobody() {
    let outage = format!("{}s+{}s", DOWN.start, DOWN.end - DOWN.start);
    let gateway = Gateway::run(&["--load", RATE, "--outage", &outage]);
    let started = Instant::now();
    let mut moments = vec![Counts::of(&gateway.metrics())];
    println!("{:>3}  {:<10}{:>9}{:>9}{:>9}{:>8}", "s", "state", "asked", "rejected", "success", "p99 ms");
    for second in 1..=SECONDS {
        let due = started + Duration::from_secs(second);
        thread::sleep(due.saturating_duration_since(Instant::now()));
        let now = Counts::of(&gateway.metrics());
        let of_second = &now - moments.last().expect("one at least");
        let asked = of_second.success + of_second.failed;
        println!(
            "{second:>3}  {:<10}{asked:>9}{:>9}{:>8.1}%{:>8.1}",
            of_second.state,
            of_second.rejected,
            of_second.success_rate() * 100.0,
            of_second.p99(),
        );
        moments.push(now);
    }
    for (second, moment) in moments.iter().enumerate() {
        let is_healthy = HEALTHY.contains(&(second as u64));
        assert!(
            !is_healthy || moment.state == "closed",
            "the machine is too busy to be healthy at {second} s"
        );
    }
    let between = |seconds: Range<u64>| &moments[seconds.end as usize] - &moments[seconds.start as usize];
    let (healthy, felt) = (between(HEALTHY), between(FELT));
    println!("p99: {:.1} ms healthy, {:.1} ms while the exchange is down", healthy.p99(), felt.p99());
    assert!(felt.rejected > 0.0, "the breaker refuses while the exchange is down: {felt:?}");
    assert!(felt.p99() <= MOST * healthy.p99(), "{:.1} ms, {:.1} ms when healthy", felt.p99(), healthy.p99());
    assert_eq!(moments.last().map(|last| &*last.state), Some("closed"), "it has recovered");
    assert!((&moments[SECONDS as usize] - &moments[SECONDS as usize - 5]).success_rate() > 0.5);
}
