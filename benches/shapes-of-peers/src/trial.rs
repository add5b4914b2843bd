//! Finds the shapes that do not survive a peer's attribute.
//!
//! An error hides others, and may be reported at another shape than the one that causes it. So all shapes are compiled
//! together, those with errors lose the attribute, and so on until the rest compiles; then each of the former is
//! compiled again without the others, and counts only if it fails then. A lint counts if the shape without an attribute has
//! it not.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    compile::{Findings, Package},
    finding::{Finding, Place},
    suite::{Id, Suite},
};

/// What is wrong with some shapes, by the first message about each.
#[derive(Debug, Default)]
pub(crate) struct Trial {
    pub(crate) failed: BTreeMap<Id, String>,
    pub(crate) warned: BTreeMap<Id, String>,
}

/// How surely a shape is the cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Blame {
    Attribute,
    Item,
    Mention,
}

impl Trial {
    /// Tries the attribute on these shapes.
    pub(crate) fn run(package: &Package<'_>, shapes: BTreeSet<Id>) -> Result<Self, String> {
        let plain = package.compile(&BTreeSet::new())?;
        if let Some(error) = plain.errors.first() {
            return Err(stray(error));
        }
        let own: BTreeSet<_> = plain.warnings.iter().filter_map(|warning| plain.source(warning)).collect();
        let mut active = shapes;
        let mut suspects = BTreeSet::new();
        let findings = loop {
            let findings = package.compile(&active)?;
            let Some(first) = findings.errors.first() else { break findings };
            let mut blamed = findings.blamed(package.suite, &active);
            if blamed.is_empty() {
                blamed.insert(bisect(package, first, &active, |findings| !findings.errors.is_empty())?);
            }
            active.retain(|id| !blamed.contains(id));
            suspects.extend(blamed);
        };
        Ok(Self { failed: confirm(package, suspects)?, warned: lints(package, active, findings, &own)? })
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.failed.is_empty() && self.warned.is_empty()
    }

    /// Both together.
    pub(crate) fn merge(&mut self, other: Self) {
        for (id, message) in other.failed {
            self.failed.entry(id).or_insert(message);
        }
        for (id, message) in other.warned {
            self.warned.entry(id).or_insert(message);
        }
        self.warned.retain(|id, _| !self.failed.contains_key(id));
    }
}

/// The code of a finding, its file, and the byte there.
type Source = (String, usize, usize);

impl Findings {
    /// The shapes with errors, as far as one kind of blame reaches.
    fn blamed(&self, suite: &Suite, active: &BTreeSet<Id>) -> BTreeSet<Id> {
        let blamed: Vec<_> =
            self.errors.iter().filter_map(|error| self.blame(suite, active, error)).collect();
        let surest = blamed.iter().map(|(blame, _)| *blame).min();
        blamed.into_iter().filter(|(blame, _)| Some(*blame) == surest).map(|(_, id)| id).collect()
    }

    fn blame(&self, suite: &Suite, active: &BTreeSet<Id>, finding: &Finding) -> Option<(Blame, Id)> {
        let primary = || finding.places.iter().filter(|place| place.is_primary);
        let by_attribute = primary().find_map(|place| self.attribute_at(*place));
        let by_item = || primary().find_map(|place| self.item_at(suite, active, *place));
        let by_mention = || finding.places.iter().find_map(|place| self.item_at(suite, active, *place));
        by_attribute
            .map(|id| (Blame::Attribute, id))
            .or_else(|| by_item().map(|id| (Blame::Item, id)))
            .or_else(|| by_mention().map(|id| (Blame::Mention, id)))
    }

    /// What a finding is, and where it is in the sources.
    fn source(&self, finding: &Finding) -> Option<Source> {
        let place = finding.places.first()?;
        Some((finding.code.clone(), place.file, self.rendered[place.file].as_ref()?.original(place.byte)))
    }

    fn attribute_at(&self, place: Place) -> Option<Id> {
        let shape = self.rendered[place.file].as_ref()?.attribute_at(place.byte)?;
        Some((place.file, shape))
    }

    /// The innermost active shape around the place.
    fn item_at(&self, suite: &Suite, active: &BTreeSet<Id>, place: Place) -> Option<Id> {
        let byte = self.rendered[place.file].as_ref()?.original(place.byte);
        let around =
            active.iter().filter(|id| id.0 == place.file && suite.shape(**id).extent.contains(&byte));
        around.min_by_key(|id| suite.shape(**id).extent.len()).copied()
    }
}

/// The shapes that compile, and have lints that are not their own.
fn lints(
    package: &Package<'_>,
    mut active: BTreeSet<Id>,
    mut findings: Findings,
    own: &BTreeSet<Source>,
) -> Result<BTreeMap<Id, String>, String> {
    let mut warned = BTreeMap::new();
    loop {
        let mut unknown = None;
        for warning in &findings.warnings {
            let source = findings.source(warning);
            match findings.blame(package.suite, &active, warning) {
                _ if source.as_ref().is_some_and(|source| own.contains(source)) => {}
                Some((_, id)) => _ = warned.entry(id).or_insert_with(|| message(warning)),
                None => unknown = Some((warning, source)),
            }
        }
        let Some((warning, source)) = unknown else { return Ok(warned) };
        let id = bisect(package, warning, &active, |findings| {
            findings.warnings.iter().any(|warning| findings.source(warning) == source)
        })?;
        warned.insert(id, message(warning));
        active.remove(&id);
        findings = package.compile(&active)?;
    }
}

/// One shape that alone leads to a finding whose places name none.
fn bisect(
    package: &Package<'_>,
    finding: &Finding,
    active: &BTreeSet<Id>,
    is_found: impl Fn(&Findings) -> bool,
) -> Result<Id, String> {
    let file = finding.places.first().map(|place| place.file);
    let mut candidates: Vec<_> = active.iter().copied().filter(|id| Some(id.0) == file).collect();
    while candidates.len() > 1 {
        let half = candidates.split_off(candidates.len() / 2);
        if !is_found(&package.compile(&candidates.iter().copied().collect())?) {
            candidates = half;
        }
    }
    candidates.pop().ok_or_else(|| stray(finding))
}

/// Compiles the suspects again, of each file one at a time: files have no shapes in common.
fn confirm(package: &Package<'_>, mut suspects: BTreeSet<Id>) -> Result<BTreeMap<Id, String>, String> {
    let mut failed = BTreeMap::new();
    while !suspects.is_empty() {
        let mut files = BTreeSet::new();
        let mut alone: BTreeSet<_> = suspects.iter().copied().filter(|id| files.insert(id.0)).collect();
        suspects.retain(|id| !alone.contains(id));
        while !alone.is_empty() {
            let findings = package.compile(&alone)?;
            let before = failed.len();
            for error in &findings.errors {
                let file = error.places.first().map(|place| place.file);
                if let Some(id) = alone.iter().copied().find(|id| Some(id.0) == file) {
                    alone.remove(&id);
                    failed.insert(id, message(error));
                }
            }
            if failed.len() == before {
                let names: Vec<_> = alone.iter().map(|id| package.suite.name(*id)).collect();
                return Err(format!("{names:?} fail only together with others, and the cause is not known"));
            }
        }
    }
    Ok(failed)
}

fn message(finding: &Finding) -> String {
    format!("{}: {}", finding.code, finding.text.lines().next().unwrap_or_default())
}

fn stray(finding: &Finding) -> String {
    format!("no shape is the cause of `{}` at {:?}", message(finding), finding.places)
}
