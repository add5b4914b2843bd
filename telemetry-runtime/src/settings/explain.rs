//! The effective settings with their sources.

use std::collections::BTreeMap;

use super::Settings;
use super::source::Source;
use super::table::Table;

/// What was read and from where, as it stood after loading.
#[derive(Clone, Default, PartialEq)]
pub(super) struct Origins(BTreeMap<String, (String, Source)>);

impl Origins {
    pub(super) fn new(settings: &Settings, sources: &BTreeMap<String, Source>) -> Self {
        let of = |path: &str| sources.get(path).cloned().unwrap_or_default();
        Self(lines(settings).into_iter().map(|(path, value)| (path.clone(), (value, of(&path)))).collect())
    }

    fn of(&self, path: &str, value: &str) -> Source {
        match self.0.get(path) {
            Some((loaded, source)) if loaded == value => source.clone(),
            _ => Source::Program,
        }
    }
}

fn lines(settings: &Settings) -> Vec<(String, String)> {
    let mut settings = settings.clone();
    Table::of(&mut settings, "").lines()
}

impl Settings {
    /// Each effective setting with its source, secrets masked.
    ///
    /// One line a setting, `telemetry.sampling_ratio = 0.1 (settings.yaml:2:19)`. Printed when
    /// `telemetry.debug` is on.
    #[must_use]
    pub fn explain(&self) -> String {
        let lines = self.explained().into_iter();
        lines.map(|(path, value, source)| format!("{path} = {value} ({source})\n")).collect()
    }

    /// Each effective setting with its value, secrets masked, and its source.
    pub(super) fn explained(&self) -> Vec<(String, String, Source)> {
        let lines = lines(self).into_iter();
        lines
            .map(|(path, value)| {
                let source = self.origins.of(&path, &value);
                (path, value, source)
            })
            .collect()
    }

    /// Where a setting got its value.
    ///
    /// `None` if there is no such setting. Blocks of a list are counted from 0:
    /// `exporters[0].otlp.endpoint`.
    #[must_use]
    pub fn source(&self, path: &str) -> Option<Source> {
        let lines = lines(self);
        let (path, value) = lines.iter().find(|(known, _)| known == path)?;
        Some(self.origins.of(path, value))
    }
}
