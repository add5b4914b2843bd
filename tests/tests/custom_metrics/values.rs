//! What the handles count.

use std::time::Duration;

use telemetry::{Counter, Metrics, Value, testing::TestTelemetry};
use telemetry_runtime as telemetry;

#[test]
fn every_kind_counts_by_its_labels() {
    let telemetry = TestTelemetry::new();
    let metrics = Metrics::new("shop", "orders");
    let placed = metrics.counter("placed_total", "Orders placed.", ["channel", "country"]);
    placed.with(["web", "de"]).inc();
    placed.with(["web", "de"]).inc_by(2);
    placed.with(["app", "fr"]).inc();
    let open = metrics.gauge("open", "Orders that are open.", ["channel"]).with(["web"]);
    open.set(5.0);
    open.inc();
    open.dec();
    open.add(2.5);
    open.sub(0.5);
    let size = metrics.histogram_with("items", "Items of an order.", [], &[1.0, 10.0]);
    [1.0, 2.0, 100.0].into_iter().for_each(|value| size.observe(value));
    let snapshot = telemetry.snapshot();
    let web = [("channel", "web"), ("country", "de")];
    assert_eq!(snapshot.value("shop_orders_placed_total", &web), Some(&Value::Counter(3)));
    assert_eq!(snapshot.sum("shop_orders_placed_total", &[]), 4);
    assert_eq!(snapshot.value("shop_orders_open", &[("channel", "web")]), Some(&Value::Gauge(7.0)));
    let Some(Value::Histogram(items)) = snapshot.value("shop_orders_items", &[]) else { panic!("none") };
    assert_eq!((items.bounds(), items.counts(), items.sum()), (&[1.0, 10.0][..], &[1, 1, 1][..], 103.0));
}

#[test]
fn the_same_name_gives_the_same_metric_and_a_metric_without_labels_is_there_from_the_start() {
    let telemetry = TestTelemetry::new();
    let make = || Metrics::new("shop", "").counter("visits_total", "Visits.", []);
    let (one, other): (Counter<0>, Counter<0>) = (make(), make());
    one.inc();
    other.inc();
    one.with([]).inc();
    assert_eq!(telemetry.snapshot().sum("shop_visits_total", &[]), 3);
    let metrics = Metrics::new("shop", "");
    let _idle = metrics.counter("returns_total", "Returns.", []);
    assert_eq!(
        metrics.collect("returns_total").map(|family| family.series.len()),
        None,
        "of the process only"
    );
}

#[test]
fn what_a_handle_of_the_process_counts_inside_of_a_test_stays_there() {
    let metrics = Metrics::new("isolated", "");
    let hits = metrics.counter("hits_total", "Hits.", ["of"]).with(["all"]);
    let level = metrics.gauge("level", "Level.", []);
    let time = metrics.histogram("time_seconds", "Time.", []);
    hits.inc();
    level.set(1.0);
    let (first, second) = (TestTelemetry::new(), ());
    hits.inc_by(10);
    level.set(10.0);
    let timer = time.start_timer();
    first.advance(Duration::from_millis(300));
    assert_eq!(timer.stop(), Duration::from_millis(300));
    time.start_timer().discard();
    let snapshot = first.snapshot();
    assert_eq!(snapshot.sum("isolated_hits_total", &[("of", "all")]), 10);
    assert_eq!(snapshot.value("isolated_level", &[]), Some(&Value::Gauge(10.0)));
    let Some(Value::Histogram(times)) = snapshot.value("isolated_time_seconds", &[]) else { panic!("none") };
    assert_eq!((times.count(), times.sum()), (1, 0.3));
    drop((first, second));
    hits.inc();
    let process = telemetry::Snapshot::take();
    assert_eq!(process.sum("isolated_hits_total", &[]), 2);
    assert_eq!(process.value("isolated_level", &[]), Some(&Value::Gauge(1.0)));
}

#[test]
fn no_value_spoils_a_sum() {
    let telemetry = TestTelemetry::new();
    let metrics = Metrics::new("poison", "");
    let time = metrics.histogram("time_seconds", "Time.", []);
    let hostile = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, -f64::MIN_POSITIVE, f64::MAX, f64::MAX];
    hostile.into_iter().for_each(|value| time.observe(value));
    let level = metrics.gauge("level", "Level.", []);
    level.set(f64::MAX);
    [f64::MAX, f64::INFINITY, f64::NAN].into_iter().for_each(|value| level.add(value));
    level.set(2.0);
    let full = metrics.counter("full_total", "Full.", []);
    full.inc_by(u64::MAX);
    full.inc();
    let snapshot = telemetry.snapshot();
    let Some(Value::Histogram(times)) = snapshot.value("poison_time_seconds", &[]) else { panic!("none") };
    assert_eq!((times.count(), times.sum()), (1, f64::MAX), "the second one would be too much");
    assert_eq!(snapshot.value("poison_level", &[]), Some(&Value::Gauge(2.0)));
    assert_eq!(snapshot.value("poison_full_total", &[]), Some(&Value::Counter(u64::MAX)));
    let refused = |metric| snapshot.sum("telemetry_metric_values_refused_total", &[("metric", metric)]);
    assert_eq!((refused("poison_time_seconds"), refused("poison_level")), (6, 3));
}

#[test]
fn threads_add_up_and_outlive_themselves() {
    let metrics = Metrics::new("threads", "");
    let hits = metrics.counter("hits_total", "Hits.", []);
    let time = metrics.histogram("time_seconds", "Time.", []);
    std::thread::scope(|threads| {
        for _ in 0..12 {
            threads.spawn(|| (0..10_000).for_each(|_| (hits.inc(), time.observe(0.25)).1));
        }
    });
    let snapshot = telemetry::Snapshot::take();
    assert_eq!(snapshot.sum("threads_hits_total", &[]), 120_000);
    let Some(Value::Histogram(times)) = snapshot.value("threads_time_seconds", &[]) else { panic!("none") };
    assert_eq!((times.count(), times.sum()), (120_000, 30_000.0));
}
