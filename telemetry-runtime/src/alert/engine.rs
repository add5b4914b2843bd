//! Evaluates rules on the background thread, and hands on what has changed.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::{Duration, SystemTime},
};

use tokio::sync::Notify;

use super::{
    Shared,
    instance::{Change, Instance, Moment},
    layout::Layouts,
    names,
    notification::{Alert, AlertStatus, fingerprint},
    rule::{self, Rule},
    state_file::{Keeper, Remembered},
    watched::{Now, Room, Watched},
};
use crate::{
    export::Feed,
    fault::{self, Fault},
    metrics::{Labels, MetricRegistry},
    settings::{AlertRuleSettings, AlertSettings},
};

/// Series, or sums of them, that are watched at the most.
const ROOM: Room = Room { windowed: 10_000, plain: 100_000 };

/// Added to the clock, so that what began before the program did has a time on it too.
pub(super) const BEFORE: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Evaluates rules, and hands on what has changed.
pub(crate) struct Engine {
    shared: Arc<Shared>,
    registry: Arc<MetricRegistry>,
    service: String,
    interval: Duration,
    cooldown: Duration,
    watched: Vec<Watched>,
    layouts: Layouts,
    room: Room,
    due: Duration,
    keeper: Option<Keeper>,
    /// Nothing wakes the thread: it looks often enough.
    filling: Notify,
}

impl Engine {
    /// Goes on with what is remembered; `rules` were checked.
    pub(super) fn new(
        shared: Arc<Shared>,
        registry: Arc<MetricRegistry>,
        service: &str,
        settings: &AlertSettings,
        rules: Vec<AlertRuleSettings>,
        (remembered, keeper): (Remembered, Option<Keeper>),
    ) -> Self {
        let mut engine = Self {
            due: registry.clock().now(),
            shared,
            registry,
            service: service.to_owned(),
            interval: settings.interval,
            cooldown: settings.cooldown,
            watched: Vec::new(),
            layouts: Layouts::default(),
            room: ROOM,
            keeper,
            filling: Notify::new(),
        };
        engine.watch(rules, remembered);
        engine
    }

    /// Watches these rules instead; those that were there before go on as they were.
    fn watch(&mut self, rules: Vec<AlertRuleSettings>, mut remembered: Remembered) {
        let snapshot = self.registry.snapshot();
        rules.iter().filter_map(|rule| names::warning(rule, &snapshot)).for_each(|warning| tell(&warning));
        let moment = self.moment();
        let before = std::mem::take(&mut self.watched).into_iter();
        let mut before: HashMap<String, Watched> =
            before.map(|watched| (watched.rule.name.clone(), watched)).collect();
        for settings in rules {
            let rule = Rule::new(settings, self.cooldown);
            let watched = match before.remove(&rule.name) {
                Some(mut watched) => {
                    *self.room.of(&watched.rule) += watched.groups().len();
                    watched.replace(rule);
                    watched
                }
                None => {
                    let instances = remembered.take(&rule, moment);
                    Watched::new(rule, instances)
                }
            };
            let room = self.room.of(&watched.rule);
            *room = room.saturating_sub(watched.groups().len());
            self.watched.push(watched);
        }
        // Whoever was told of an alert is told of its end, also if the rule is gone.
        let ended: Vec<Alert> = before.values().flat_map(|gone| self.ended(gone, moment)).collect();
        before.values().for_each(|gone| *self.room.of(&gone.rule) += gone.groups().len());
        self.tell_handlers(ended);
        self.shared.publish(&self.watched);
    }

    fn moment(&self) -> Moment {
        Moment { now: self.registry.clock().now() + BEFORE, wall: SystemTime::now() }
    }

    fn ended(&self, gone: &Watched, moment: Moment) -> Vec<Alert> {
        let ended = |labels: &Labels, instance: &Instance| {
            self.alert(&gone.rule, labels, &Change::Resolved(*instance), moment)
        };
        gone.firing().map(|(group, instance)| ended(&group.labels, instance)).collect()
    }

    fn evaluate_if_due(&mut self) {
        if let Some(rules) = self.shared.book().take() {
            self.watch(rules, Remembered::default());
            self.due = self.registry.clock().now();
        }
        let now = self.registry.clock().now();
        if now >= self.due {
            self.due = now + self.interval;
            self.evaluate();
        }
    }

    fn evaluate(&mut self) {
        let moment = self.moment();
        let snapshot = self.registry.snapshot();
        let families: BTreeSet<&str> = self.watched.iter().map(|watched| &*watched.rule.family).collect();
        self.layouts.look(&snapshot, families.iter().copied());
        let mut complaints = Vec::new();
        let mut changed = Vec::new();
        for (place, watched) in self.watched.iter_mut().enumerate() {
            let family = snapshot.family(&watched.rule.family).zip(self.layouts.get(&watched.rule.family));
            let now = Now { moment, family };
            let changes = watched.evaluate(&now, &mut self.room, &mut complaints);
            changed.extend(changes.into_iter().map(|(labels, change)| (place, labels, change)));
        }
        complaints.iter().for_each(|complaint| tell(complaint));
        let alert = |(place, labels, change): &(usize, Labels, Change)| {
            self.alert(&self.watched[*place].rule, labels, change, moment)
        };
        let alerts = changed.iter().map(alert).collect();
        if let Some(keeper) = &mut self.keeper {
            keeper.keep(&self.watched);
        }
        self.tell_handlers(alerts);
        self.repeat(moment);
        self.shared.publish(&self.watched);
    }

    fn tell_handlers(&self, alerts: Vec<Alert>) {
        if !alerts.is_empty() {
            self.shared.tell(alerts);
        }
    }

    /// Tells again of what goes on, to those who want to hear it.
    fn repeat(&self, moment: Moment) {
        self.shared.repeat(moment.now, || {
            let all = self.watched.iter().flat_map(|watched| {
                watched.firing().map(|(group, instance)| {
                    self.alert(&watched.rule, &group.labels, &Change::Fired(*instance), moment)
                })
            });
            all.collect()
        });
    }

    fn alert(&self, rule: &Rule, labels: &Labels, change: &Change, moment: Moment) -> Alert {
        let (status, instance, ended_at) = match change {
            Change::Fired(instance) => (AlertStatus::Firing, instance, None),
            Change::Resolved(instance) => {
                (AlertStatus::Resolved, instance, Some(moment.wall.max(instance.at)))
            }
        };
        let fingerprint = fingerprint(&rule.name, labels.iter());
        let labels = rule::shown(labels);
        Alert {
            message: rule.message(&labels, instance.value, status, &self.service),
            rule: crate::redact::message(&rule.name),
            status,
            severity: rule.settings.severity,
            metric: rule.family.clone(),
            value: instance.value,
            comparison: rule.settings.comparison,
            threshold: rule.settings.threshold,
            service: crate::redact::message(&self.service),
            fingerprint,
            labels,
            started_at: instance.at,
            ended_at,
        }
    }
}

impl Feed for Engine {
    fn pass(&mut self) {
        self.evaluate_if_due();
        self.shared.note();
    }

    fn drain(&mut self) {
        self.evaluate_if_due();
    }

    fn finish(&mut self) {
        // What is to be remembered is written by who waits for this.
        self.keeper = None;
    }

    fn filling(&self) -> &Notify {
        &self.filling
    }
}

fn tell(message: &str) {
    fault::report(&Fault::new("alerts", message));
}
