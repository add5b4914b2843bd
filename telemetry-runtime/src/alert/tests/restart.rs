//! A program that ends and begins again.

use std::path::Path;

use super::*;

/// Settings that keep the state there.
fn keeping(path: &Path) -> AlertSettings {
    AlertSettings { state_file: path.to_owned(), ..AlertSettings::default() }
}

/// Runs the engine for a while, and waits until its state is written.
async fn lived(
    world: &World,
    rule: &AlertRuleSettings,
    path: &Path,
    values: &[Option<f64>],
) -> Vec<&'static str> {
    let (registry, settings) = (&world.registry, keeping(path));
    let rules = vec![rule.clone()];
    let watching =
        Watching { registry, service: "shop", settings: &settings, rules, book: RuleBook::default() };
    let (alerts, mut engine, work) = Alerts::new(watching, Vec::new());
    for value in values {
        match value {
            Some(value) => world.gauge(*value),
            None => lock(&world.families).clear(),
        }
        world.tick(&mut engine);
    }
    engine.finish();
    for work in work {
        work.await;
    }
    told(&alerts).into_iter().map(|(status, _)| status).collect()
}

#[tokio::test]
async fn a_restart_while_firing_tells_only_of_the_end() {
    let place = tempfile::tempdir().expect("a directory");
    let path = place.path().join("alerts.json");
    let (world, rule) = (World::new(), above(10.0));
    assert_eq!(lived(&world, &rule, &path, &[Some(20.0), Some(20.0)]).await, ["firing"]);
    // Each is a process of its own; the metric comes late in one of them.
    assert_eq!(lived(&world, &rule, &path, &[Some(21.0), Some(22.0)]).await, [""; 0]);
    assert_eq!(lived(&world, &rule, &path, &[None, None, Some(22.0)]).await, [""; 0]);
    assert_eq!(lived(&world, &rule, &path, &[Some(22.0), Some(1.0), Some(1.0)]).await, ["resolved"]);
    // The cooldown is remembered too.
    assert_eq!(lived(&world, &rule, &path, &[Some(30.0), Some(30.0)]).await, [""; 0]);
}

#[tokio::test]
async fn what_is_gone_for_good_after_a_restart_ends() {
    let place = tempfile::tempdir().expect("a directory");
    let path = place.path().join("alerts.json");
    let (world, rule) = (World::new(), above(10.0));
    assert_eq!(lived(&world, &rule, &path, &[Some(20.0)]).await, ["firing"]);
    assert_eq!(lived(&world, &rule, &path, &[None; 30]).await, ["resolved"]);
}
