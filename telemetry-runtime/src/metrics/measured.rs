//! Families whose series come and go with what was measured.

use std::sync::Arc;

use super::{
    FamilyKind, Labels, MetricError, MetricRegistry,
    store::{CounterCells, GaugeCells, LabelRule, NewFamily, Table, check_family},
    system_families::SystemFamily,
};

/// A family that is written by label sets instead of through handles.
#[derive(Clone, Debug)]
pub(crate) enum MeasuredFamily {
    Gauge(Arc<Table<GaugeCells>>),
    Counter(Arc<Table<CounterCells>>),
}

impl MeasuredFamily {
    /// A family of the toolkit's own.
    pub(crate) fn own(registry: &MetricRegistry, family: &SystemFamily) -> Result<Self, MetricError> {
        let SystemFamily { name, kind, help, labels } = *family;
        let labels = LabelRule::Exactly(labels);
        let new = NewFamily { name, raw: name, help, labels, bounds: &[], limit: None, is_own: true };
        Self::find(registry, kind, new)
    }

    /// A family of the program, with whatever labels its values bring along.
    pub(crate) fn of_program(
        registry: &MetricRegistry,
        name: &str,
        kind: FamilyKind,
        help: &str,
    ) -> Result<Self, MetricError> {
        let labels = LabelRule::Any;
        let new = NewFamily { name, raw: name, help, labels, bounds: &[], limit: None, is_own: false };
        Self::find(registry, kind, new)
    }

    fn find(registry: &MetricRegistry, kind: FamilyKind, new: NewFamily<'_>) -> Result<Self, MetricError> {
        let store = registry.store();
        let found = match kind {
            FamilyKind::Counter => store.family(new).map(Self::Counter),
            FamilyKind::Gauge | FamilyKind::Histogram => store.family(new).map(Self::Gauge),
        };
        found.map_err(MetricError)
    }

    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Gauge(table) => &table.spec().name,
            Self::Counter(table) => &table.spec().name,
        }
    }

    pub(crate) fn is_counter(&self) -> bool {
        matches!(self, Self::Counter(_))
    }

    /// Writes the series of these labels, and gives its labels as they are shown, and what was written.
    ///
    /// A counter counts whole numbers, and does not go down.
    ///
    /// # Errors
    ///
    /// Labels that cannot be, or are not those of the family.
    pub(crate) fn write(
        &self,
        labels: &[(&str, &str)],
        value: impl FnOnce(&Labels) -> f64,
    ) -> Result<(Labels, f64), MetricError> {
        let labels = self.sorted(labels)?;
        match self {
            Self::Gauge(table) => {
                let child = table.labelled(&labels).map_err(MetricError)?;
                let value = value(child.labels());
                child.set(value);
                Ok((child.labels().clone(), value))
            }
            Self::Counter(table) => {
                let child = table.labelled(&labels).map_err(MetricError)?;
                let value = value(child.labels()).trunc();
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
                child.raise(value as u64);
                Ok((child.labels().clone(), value))
            }
        }
    }

    /// Labels in one order, so that the order they come in does not make a second series.
    fn sorted<'l>(&self, labels: &[(&'l str, &'l str)]) -> Result<Vec<(&'l str, &'l str)>, MetricError> {
        let mut labels = labels.to_vec();
        labels.sort_by_key(|(name, _)| *name);
        let names: Vec<&str> = labels.iter().map(|(name, _)| *name).collect();
        // The family's own name has passed already, whoever it belongs to.
        let rule = LabelRule::Exactly(&names);
        let name = self.name();
        check_family(&NewFamily {
            name,
            raw: name,
            help: "",
            labels: rule,
            bounds: &[],
            limit: None,
            is_own: true,
        })
        .map_err(MetricError)?;
        Ok(labels)
    }

    /// Lets go of a series that is not measured any more.
    pub(crate) fn forget(&self, labels: &Labels) {
        match self {
            Self::Gauge(table) => table.forget(labels),
            Self::Counter(table) => table.forget(labels),
        }
    }
}
