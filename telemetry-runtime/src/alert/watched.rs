//! A rule, its series, and what has become of each.

use std::{collections::HashMap, time::Duration};

use super::{
    instance::{Change, Instance, Look, Moment, Patience, Phase, step},
    layout::Layout,
    rule::Rule,
    sample::{Past, Sample, Times, value},
};
use crate::{
    metrics::{Family, Labels, Series},
    settings::AlertRuleSettings,
};

/// A rule, its series, and what has become of each.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) rule: Rule,
    /// Which of the family's series there are; they belong to the layout of that number.
    members: Vec<Member>,
    layout: Option<u64>,
    groups: Vec<Group>,
    times: Times,
    /// Whether its family was there at a look before.
    had_family: bool,
    /// The value that is nearest to an alert, or furthest within one.
    pub(super) worst: Option<f64>,
    told: Told,
}

/// One series of the family, by its place there.
#[derive(Clone, Copy, Debug)]
struct Member {
    place: u32,
    group: u32,
    /// Whether the numerator counts it.
    is_part: bool,
}

/// Series that are added up; one, unless the rule asks for more.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) labels: Labels,
    pub(super) instance: Option<Instance>,
    past: Past,
    has_members: bool,
}

/// What was complained of once.
#[derive(Debug, Default)]
struct Told {
    mismatch: bool,
    room: bool,
}

/// How many more groups there may be.
#[derive(Debug)]
pub(super) struct Room {
    /// Of rules that look back: each of theirs costs memory for every step.
    pub(super) windowed: usize,
    pub(super) plain: usize,
}

impl Room {
    pub(super) fn of(&mut self, rule: &Rule) -> &mut usize {
        if rule.has_window() { &mut self.windowed } else { &mut self.plain }
    }
}

/// What an evaluation is made of.
pub(super) struct Now<'a> {
    pub(super) moment: Moment,
    /// The rule's family, if there is one.
    pub(super) family: Option<(&'a Family, &'a Layout)>,
}

impl Watched {
    /// A rule with what is known of it from before a restart.
    pub(super) fn new(rule: Rule, instances: Vec<(Labels, Instance)>) -> Self {
        let group = |(labels, instance)| Group { instance: Some(instance), ..Group::new(labels, false) };
        Self {
            groups: instances.into_iter().map(group).collect(),
            rule,
            members: Vec::new(),
            layout: None,
            times: Times::default(),
            had_family: false,
            worst: None,
            told: Told::default(),
        }
    }

    /// Goes on with another rule of the same name: what it looked back on stays where it means the same.
    pub(super) fn replace(&mut self, rule: Rule) {
        let meaning = |rule: &AlertRuleSettings| AlertRuleSettings {
            threshold: 0.0,
            duration: Duration::ZERO,
            cooldown: None,
            message: None,
            name: None,
            ..rule.clone()
        };
        if meaning(&self.rule.settings) != meaning(&rule.settings) {
            self.layout = None;
            self.times = Times::default();
            self.had_family = false;
            self.groups.retain(|group| group.instance.is_some());
            self.groups.iter_mut().for_each(|group| group.past = Past::default());
        }
        self.rule = rule;
    }

    /// Series, or sums of them, that there are.
    pub(super) fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// Groups that fire.
    pub(super) fn firing(&self) -> impl Iterator<Item = (&Group, &Instance)> {
        self.groups.iter().filter_map(|group| {
            let instance = group.instance.as_ref().filter(|instance| instance.phase == Phase::Firing)?;
            Some((group, instance))
        })
    }

    /// Looks at the values of this moment; says what has changed, and complains of what cannot be watched.
    pub(super) fn evaluate(
        &mut self,
        now: &Now<'_>,
        room: &mut Room,
        complaints: &mut Vec<String>,
    ) -> Vec<(Labels, Change)> {
        let family = now.family.filter(|(family, _)| self.is_of_its_kind(family, complaints));
        self.select(family, room, complaints);
        let mut samples = vec![Sample::default(); self.groups.len()];
        let has_buckets = self.rule.quantile().is_some();
        if let Some((family, _)) = family {
            for member in &self.members {
                if let Some(series) = family.series.get(member.place as usize) {
                    samples[member.group as usize].add(series, member.is_part, has_buckets);
                }
            }
        }
        self.look_back(now.moment.now);
        let changes = self.step_all(&samples, now.moment);
        self.remember(samples, now.moment.now);
        self.had_family = family.is_some();
        changes
    }

    fn is_of_its_kind(&mut self, family: &Family, complaints: &mut Vec<String>) -> bool {
        let Some(wanted) = self.rule.mismatch(family.kind) else { return true };
        if !std::mem::replace(&mut self.told.mismatch, true) {
            let Rule { name, settings, .. } = &self.rule;
            complaints.push(format!(
                "the rule `{name}` asks for the {} of `{}`, which is a {} and not {wanted}; it never fires. Set its \
                 `aggregation`",
                settings.aggregation,
                family.name,
                family.kind.as_str()
            ));
        }
        false
    }

    /// Finds the rule's series again where the family's are others than before.
    fn select(&mut self, family: Option<(&Family, &Layout)>, room: &mut Room, complaints: &mut Vec<String>) {
        let layout = family.map(|(_, layout)| layout.number());
        if layout == self.layout {
            return;
        }
        self.layout = layout;
        let room = room.of(&self.rule);
        *room += self.groups.len();
        let old = std::mem::take(&mut self.groups).into_iter();
        let mut old: HashMap<Labels, Group> = old.map(|group| (group.labels.clone(), group)).collect();
        let series = family.map(|(family, _)| &*family.series).unwrap_or_default();
        let is_whole = self.choose(series, &mut old, *room);
        // What has gone is still to be told of.
        let gone = old.into_values().filter(|group| group.instance.is_some());
        let gone = gone.map(|group| Group { has_members: false, past: Past::default(), ..group });
        self.groups.extend(gone);
        *room = room.saturating_sub(self.groups.len());
        if !is_whole {
            self.tell_of_room(complaints);
        }
    }

    /// Puts each series to its group, of which there are `most` at the most; says whether that was enough.
    fn choose(&mut self, series: &[Series], old: &mut HashMap<Labels, Group>, most: usize) -> bool {
        // What a probe reads from elsewhere comes with all that was counted there, and with its family.
        let from_zero = !self.times.is_empty() && (self.had_family || self.rule.is_own_family());
        let mut places: HashMap<Labels, u32> = HashMap::new();
        let mut is_whole = true;
        self.members.clear();
        for (series, place) in series.iter().zip(0..).filter(|(series, _)| self.rule.watches(&series.labels))
        {
            let labels = self.rule.group(&series.labels);
            if self.groups.len() >= most && !places.contains_key(&labels) {
                is_whole = false;
                continue;
            }
            let next = u32::try_from(self.groups.len()).unwrap_or(u32::MAX);
            let group = *places.entry(labels.clone()).or_insert(next);
            if group == next {
                let new = || Group { past: Past::of_new(from_zero), ..Group::new(labels.clone(), true) };
                let known = old.remove(&labels).unwrap_or_else(new);
                self.groups.push(Group { has_members: true, ..known });
            }
            self.members.push(Member { place, group, is_part: self.rule.counts(&series.labels) });
        }
        is_whole
    }

    fn tell_of_room(&mut self, complaints: &mut Vec<String>) {
        if !std::mem::replace(&mut self.told.room, true) {
            complaints.push(format!(
                "the rule `{}` watches more series than there is room for, so some go unwatched; state `labels`, or \
                 add series up with `by`",
                self.rule.name
            ));
        }
    }

    fn look_back(&mut self, now: Duration) {
        self.times.forget(now, self.rule.settings.window);
        self.groups.iter_mut().for_each(|group| group.past.forget(&self.times));
    }

    fn step_all(&mut self, samples: &[Sample], moment: Moment) -> Vec<(Labels, Change)> {
        let patience = Patience { duration: self.rule.settings.duration, cooldown: self.rule.cooldown };
        let (rule, times) = (&self.rule, &self.times);
        self.worst = None;
        let mut changes = Vec::new();
        for (group, sample) in self.groups.iter_mut().zip(samples) {
            let found = || value(rule, sample, &group.past, times, moment.now);
            let look = match group.has_members.then(found).flatten() {
                Some(value) => {
                    self.worst = Some(self.worst.map_or(value, |worst| rule.worse(worst, value)));
                    if rule.is_over(value) { Look::Over(value) } else { Look::Under(value) }
                }
                None => Look::Nothing,
            };
            if group.instance.is_none() && !matches!(look, Look::Over(_)) {
                continue;
            }
            let (instance, change) = step(group.instance, look, moment, patience);
            group.instance = instance;
            changes.extend(change.map(|change| (group.labels.clone(), change)));
        }
        changes
    }

    fn remember(&mut self, samples: Vec<Sample>, now: Duration) {
        if !self.rule.has_window() || !self.times.is_due(now, self.rule.settings.window) {
            return;
        }
        self.times.push(now);
        for (group, sample) in self.groups.iter_mut().zip(samples).filter(|(group, _)| group.has_members) {
            group.past.push(sample);
        }
    }
}

impl Group {
    fn new(labels: Labels, has_members: bool) -> Self {
        Self { labels, instance: None, past: Past::default(), has_members }
    }
}
