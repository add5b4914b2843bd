//! What rules of alerts cost the core that they share with the background thread.

use std::time::{Duration, Instant};

use telemetry_runtime::{AlertRule, Clock, Metrics, Telemetry, settings::AlertAggregation};

use crate::{
    measure::{median, pin},
    ours,
    table::{Goal, Quantity, Row},
};

const RULES: usize = 200;
/// Of each kind: gauges, counters and histograms, in families of this size.
const FAMILIES: usize = 10;
const SERIES: usize = 1000;
const INTERVAL: Duration = Duration::from_secs(15);
const ROUNDS: usize = 41;
const SOON: Duration = Duration::from_secs(20);

pub(crate) fn rows() -> Vec<Row> {
    // The background thread stays where it is started.
    pin(0);
    let (clock, hands) = Clock::manual();
    let yaml = "exporters: []\nmetrics: { cardinality_limit: 20000 }\nalerts: { keep_state: false }";
    let builder = Telemetry::builder().settings(ours::settings_of(yaml)).clock(clock).on_fault(|_| {});
    let telemetry =
        ours::built((0..RULES).map(rule).fold(builder, telemetry_runtime::TelemetryBuilder::alert_rule));
    let feed = series();
    let evaluate = |is_due: bool| {
        feed();
        if is_due {
            hands.advance(INTERVAL);
        }
        let begun = Instant::now();
        telemetry.flush(SOON).expect("in time");
        begun.elapsed().as_secs_f64()
    };
    // Windows are full and series are found from here on.
    (0..ROUNDS).for_each(|_| {
        evaluate(true);
    });
    let with = median((0..ROUNDS).map(|_| evaluate(true)).collect());
    let without = median((0..ROUNDS).map(|_| evaluate(false)).collect());
    let report = telemetry.alerts();
    assert!(report.rules.iter().all(|rule| rule.watched > 0), "each rule has its series");
    let watched: usize = report.rules.iter().map(|rule| rule.watched).sum();
    let seconds = (with - without).max(0.0);
    let share = Quantity { value: 100.0 * seconds / INTERVAL.as_secs_f64(), unit: "%" };
    vec![
        Row::new("200 rules over 10 000 series, of a core at 15 s", share).goal(Goal::AtMost(1.0)),
        Row::new("one evaluation of them", Quantity { value: seconds * 1e3, unit: "ms" }),
        Row::new("series that they watch", Quantity { value: watched as f64, unit: "series" }),
    ]
}

/// Half look at values, the others back over five minutes; one in ten watches a whole family.
fn rule(number: usize) -> AlertRule {
    let family = number % (FAMILIES - 1);
    let mut rule = AlertRule::new(format!("bench_gauge_{family}"), 1e12);
    rule.name = Some(format!("rule {number}"));
    match number % 10 {
        0..5 => {}
        5..9 => {
            rule.metric = format!("bench_counter_{family}_total");
            rule.aggregation = AlertAggregation::Rate;
        }
        _ => {
            rule.metric = "bench_histogram_seconds".to_owned();
            rule.aggregation = AlertAggregation::P95;
        }
    }
    if !number.is_multiple_of(10) {
        rule.labels.insert("shard".to_owned(), format!("{}", number % 50));
    }
    rule
}

/// Makes the series; what it returns feeds some of each.
fn series() -> impl Fn() {
    let metrics = Metrics::new("", "");
    let each = SERIES / 2;
    let label = |number: usize| [format!("{}", number % 50), format!("{number}")];
    let mut gauges = Vec::new();
    let mut counters = Vec::new();
    for family in 0..FAMILIES - 1 {
        let gauge = metrics.gauge(&format!("bench_gauge_{family}"), "A bench's.", ["shard", "number"]);
        let counter =
            metrics.counter(&format!("bench_counter_{family}_total"), "A bench's.", ["shard", "number"]);
        for number in 0..each {
            let [shard, number] = label(number);
            gauges.push(gauge.with([&shard, &number]));
            counters.push(counter.with([&shard, &number]));
        }
    }
    let histogram =
        metrics.histogram_with("bench_histogram_seconds", "A bench's.", ["shard", "number"], &[0.1, 1.0]);
    let histograms: Vec<_> = (0..SERIES)
        .map(|number| {
            let [shard, number] = label(number);
            histogram.with([&shard, &number])
        })
        .collect();
    move || {
        gauges.iter().step_by(7).for_each(|gauge| gauge.set(7.0));
        counters.iter().step_by(7).for_each(telemetry_runtime::Counter::inc);
        histograms.iter().step_by(7).for_each(|histogram| histogram.observe(0.5));
    }
}
