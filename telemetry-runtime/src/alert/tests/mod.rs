//! Rules on a clock that is moved by hand, beside a store of metrics of each test's own.

mod restart;

use std::{sync::Arc, time::Duration};

use super::*;
use crate::{
    export::Feed,
    metrics::{Family, FamilyKind, Labels, MetricRegistry, Value},
    scope::Scope,
    settings::{AlertAggregation, AlertComparison},
};

/// An engine, the metrics that it watches, and the hands of its clock.
struct World {
    hands: crate::clock::ManualClock,
    registry: Arc<MetricRegistry>,
    families: Arc<Mutex<Vec<Family>>>,
}

impl World {
    fn new() -> Self {
        let (clock, hands) = crate::clock::Clock::manual();
        let registry = Arc::new(MetricRegistry::of_scope(Arc::new(Scope::new(clock))));
        let families = Arc::<Mutex<Vec<Family>>>::default();
        let source = Arc::clone(&families);
        registry.add_source(move |all| all.extend(lock(&source).iter().cloned()));
        Self { hands, registry, families }
    }

    /// An engine that remembers nothing, and tells nobody but its history.
    fn engine(&self, rules: Vec<AlertRuleSettings>) -> (Alerts, Engine) {
        let settings = AlertSettings { keep_state: false, ..AlertSettings::default() };
        self.engine_with(rules, &settings)
    }

    fn engine_with(&self, rules: Vec<AlertRuleSettings>, settings: &AlertSettings) -> (Alerts, Engine) {
        let book = RuleBook::default();
        let watching = Watching { registry: &self.registry, service: "shop", settings, rules, book };
        let (alerts, engine, _work) = Alerts::new(watching, Vec::new());
        (alerts, engine)
    }

    /// Sets a family to these series.
    fn set<const N: usize>(&self, name: &'static str, kind: FamilyKind, series: [(&'static str, Value); N]) {
        let mut family = Family::new(name, kind, "A test's.");
        series.into_iter().for_each(|(path, value)| family.push(&Labels::new([("path", path)]), value));
        let mut families = lock(&self.families);
        families.retain(|known| known.name != name);
        families.push(family);
    }

    fn gauge(&self, value: f64) {
        self.set("level", FamilyKind::Gauge, [("a", Value::Gauge(value))]);
    }

    /// Evaluates after one more interval.
    fn tick(&self, engine: &mut Engine) {
        self.hands.advance(Duration::from_secs(15));
        engine.pass();
    }
}

/// What was told so far, oldest first: status and value.
fn told(alerts: &Alerts) -> Vec<(&'static str, f64)> {
    let history = alerts.report().history;
    history.iter().rev().map(|alert| (alert.status.as_str(), alert.value)).collect()
}

fn above(threshold: f64) -> AlertRuleSettings {
    AlertRuleSettings::new("level", threshold)
}

#[test]
fn an_alert_is_pending_fires_once_and_resolves_once() {
    let world = World::new();
    let mut rule = above(90.0);
    rule.duration = Duration::from_secs(30);
    let (alerts, mut engine) = world.engine(vec![rule]);
    let state = || alerts.report().rules[0].state;
    for (value, expected) in [
        (80.0, AlertState::Inactive),
        (91.0, AlertState::Pending),
        (92.0, AlertState::Pending),
        (93.0, AlertState::Firing),
        (94.0, AlertState::Firing),
        (50.0, AlertState::Cooldown),
        (40.0, AlertState::Cooldown),
    ] {
        world.gauge(value);
        world.tick(&mut engine);
        assert_eq!((state(), alerts.report().rules[0].value), (expected, Some(value)));
    }
    assert_eq!(told(&alerts), [("firing", 93.0), ("resolved", 50.0)]);
    let report = alerts.report();
    let [resolved, fired] = &report.history[..] else { panic!("two, not {report:?}") };
    assert_eq!((&*fired.rule, &*fired.service), ("level > 90", "shop"));
    assert_eq!(fired.message, "level{path=a} is 93 (> 90)");
    assert_eq!(resolved.message, "level{path=a} is 50 (no longer > 90)");
    assert_eq!((&fired.fingerprint, fired.started_at), (&resolved.fingerprint, resolved.started_at));
    assert!(fired.ended_at.is_none() && resolved.ended_at.is_some_and(|at| at >= resolved.started_at));
}

#[test]
fn nothing_is_evaluated_before_its_time() {
    let world = World::new();
    let (alerts, mut engine) = world.engine(vec![above(1.0)]);
    engine.pass();
    world.gauge(5.0);
    world.hands.advance(Duration::from_secs(14));
    engine.pass();
    assert_eq!(told(&alerts), []);
    world.hands.advance(Duration::from_secs(1));
    engine.drain();
    assert_eq!(told(&alerts), [("firing", 5.0)]);
}

#[test]
fn a_flapping_value_is_told_once_a_cooldown() {
    let world = World::new();
    let mut rule = above(10.0);
    rule.cooldown = Some(Duration::from_secs(120));
    let (alerts, mut engine) = world.engine(vec![rule]);
    for count in 0..20 {
        world.gauge(if count % 2 == 0 { 20.0 } else { 5.0 });
        world.tick(&mut engine);
    }
    assert_eq!(told(&alerts), [("firing", 20.0), ("resolved", 5.0)].repeat(2));
}

#[test]
fn each_series_is_an_alert_of_its_own_and_ends_when_it_goes() {
    let world = World::new();
    let (alerts, mut engine) = world.engine(vec![above(10.0)]);
    let gauges = |a, b| [("a", Value::Gauge(a)), ("b", Value::Gauge(b))];
    world.set("level", FamilyKind::Gauge, gauges(11.0, 9.0));
    world.tick(&mut engine);
    world.set("level", FamilyKind::Gauge, gauges(11.0, 12.0));
    world.tick(&mut engine);
    world.set("level", FamilyKind::Gauge, [("b", Value::Gauge(12.0))]);
    world.tick(&mut engine);
    world.tick(&mut engine);
    let history = alerts.report().history;
    let told: Vec<_> =
        history.iter().rev().map(|alert| (alert.status.as_str(), &*alert.labels["path"])).collect();
    assert_eq!(told, [("firing", "a"), ("firing", "b"), ("resolved", "a")]);
    assert_eq!(alerts.report().rules[0].series[0].labels["path"], "b");
}

#[test]
fn rates_look_back_over_the_window_and_see_a_first_error() {
    let world = World::new();
    let mut rule = AlertRuleSettings::new("hits_total", 1.0);
    rule.aggregation = AlertAggregation::Rate;
    rule.window = Duration::from_secs(60);
    rule.cooldown = Some(Duration::ZERO);
    let (alerts, mut engine) = world.engine(vec![rule]);
    let hits = |series: &[(&'static str, u64)]| {
        let mut family = Family::new("hits_total", FamilyKind::Counter, "A test's.");
        series
            .iter()
            .for_each(|(path, count)| family.push(&Labels::new([("path", *path)]), Value::Counter(*count)));
        *lock(&world.families) = vec![family];
    };
    engine.pass();
    // A family that comes with much may have counted elsewhere; a series of one that is there counts from zero.
    hits(&[("b", 1_000_000)]);
    world.tick(&mut engine);
    assert_eq!((told(&alerts), alerts.report().rules[0].value), (vec![], None));
    hits(&[("a", 60), ("b", 1_000_000)]);
    world.tick(&mut engine);
    assert_eq!(told(&alerts), [("firing", 2.0)]);
    for _ in 0..2 {
        world.tick(&mut engine);
    }
    assert_eq!(told(&alerts), [("firing", 2.0), ("resolved", 1.0)]);
    (0..4).for_each(|_| world.tick(&mut engine));
    assert_eq!(alerts.report().rules[0].value, Some(0.0), "the increase has left the window");
}

#[test]
fn ratios_are_of_all_that_the_rule_watches() {
    let world = World::new();
    let mut rule = AlertRuleSettings::new("hits_total", 0.1);
    rule.aggregation = AlertAggregation::Ratio;
    rule.numerator = [("path".to_owned(), "bad".to_owned())].into();
    let (alerts, mut engine) = world.engine(vec![rule]);
    let hits = |good, bad| {
        let series = [("good", Value::Counter(good)), ("bad", Value::Counter(bad))];
        world.set("hits_total", FamilyKind::Counter, series);
    };
    hits(1000, 500);
    engine.pass();
    hits(1180, 520);
    world.tick(&mut engine);
    assert_eq!((told(&alerts), alerts.report().rules[0].value), (vec![], Some(0.1)));
    hits(1190, 530);
    world.tick(&mut engine);
    assert_eq!(told(&alerts).len(), 1);
    assert_eq!(alerts.report().rules[0].watched, 1, "one share of both");
}

#[test]
fn quantiles_are_those_of_the_window() {
    use crate::metrics::{Buckets, HistogramValue};
    let world = World::new();
    let mut rule = AlertRuleSettings::new("took_seconds", 1.5);
    rule.aggregation = AlertAggregation::P95;
    let (alerts, mut engine) = world.engine(vec![rule]);
    let buckets = Buckets::new([1.0, 2.0]);
    let took = |counts: [u64; 3]| {
        let value = HistogramValue::new(buckets.clone(), counts.into(), 0.0);
        world.set("took_seconds", FamilyKind::Histogram, [("a", Value::Histogram(value))]);
    };
    took([1_000_000, 0, 0]);
    engine.pass();
    took([1_000_000, 100, 0]);
    world.tick(&mut engine);
    assert_eq!(told(&alerts), [("firing", 1.95)], "what was before the window does not count");
}

#[test]
fn a_rule_for_another_kind_of_metric_never_fires() {
    let world = World::new();
    let mut rule = above(0.0);
    rule.aggregation = AlertAggregation::Rate;
    let (alerts, mut engine) = world.engine(vec![rule]);
    for value in [1.0, 100.0, 1000.0] {
        world.gauge(value);
        world.tick(&mut engine);
    }
    assert_eq!((told(&alerts), alerts.report().rules[0].value), (vec![], None));
}

#[test]
fn series_are_added_up_where_the_rule_says_by_what() {
    let world = World::new();
    let mut rule = above(10.0);
    rule.by = vec!["none".to_owned()];
    let (alerts, mut engine) = world.engine(vec![rule]);
    world.set("level", FamilyKind::Gauge, [("a", Value::Gauge(6.0)), ("b", Value::Gauge(7.0))]);
    world.tick(&mut engine);
    assert_eq!(told(&alerts), [("firing", 13.0)]);
    assert!(alerts.report().history[0].labels.is_empty());
}

#[test]
fn rules_that_come_anew_go_on_where_they_mean_the_same() {
    let world = World::new();
    let named = |threshold| {
        let mut rule = above(threshold);
        rule.name = Some("full".to_owned());
        rule
    };
    let (alerts, mut engine) = world.engine(vec![named(10.0), above(15.0)]);
    world.gauge(20.0);
    world.tick(&mut engine);
    assert_eq!(told(&alerts).len(), 2);
    let mut below = above(0.0);
    below.comparison = AlertComparison::Below;
    // One has another threshold, one is gone and ends with that, one is new.
    alerts.shared().book().put(vec![named(12.0), below]);
    engine.pass();
    assert_eq!(told(&alerts)[2..], [("resolved", 20.0)]);
    assert_eq!(alerts.report().history[0].rule, "level > 15");
    let states: Vec<_> = alerts.report().rules.iter().map(|rule| rule.state).collect();
    assert_eq!(states, [AlertState::Firing, AlertState::Inactive]);
    world.gauge(11.0);
    world.tick(&mut engine);
    assert_eq!(told(&alerts)[3..], [("resolved", 11.0)], "by the new threshold");
}
