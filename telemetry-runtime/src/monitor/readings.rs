//! What a probe has read.

use std::borrow::Cow;

use crate::metrics::system_families::SystemFamily;

/// Values that a probe has read, each with its labels.
///
/// A number is one value without labels.
///
/// ```
/// use telemetry_runtime::Readings;
///
/// assert_eq!(Readings::from(7.0).len(), 1);
/// let by_shard = Readings::new().with(3.0, &[("shard", "a")]).with(4.0, &[("shard", "b")]);
/// assert_eq!(by_shard.len(), 2);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Readings(pub(super) Vec<Reading>);

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Reading {
    /// Of a built-in probe; none is the family of the probe's own name.
    pub(super) family: Option<&'static SystemFamily>,
    pub(super) labels: Vec<(Cow<'static, str>, Cow<'static, str>)>,
    pub(super) value: f64,
}

impl Readings {
    /// Nothing yet; labels of what is read no more are left out then.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a value with these labels; the order of labels does not matter.
    #[must_use]
    pub fn with(mut self, value: f64, labels: &[(&str, &str)]) -> Self {
        let owned = |text: &str| Cow::Owned(text.to_owned());
        let labels = labels.iter().map(|(name, value)| (owned(name), owned(value))).collect();
        self.0.push(Reading { family: None, labels, value });
        self
    }

    /// How many values there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a value of a built-in probe.
    #[cfg(target_os = "linux")]
    pub(super) fn push<V: Into<Cow<'static, str>>, const N: usize>(
        &mut self,
        family: &'static SystemFamily,
        labels: [V; N],
        value: f64,
    ) {
        let names = family.labels.iter().map(|name| Cow::Borrowed(*name));
        let labels = names.zip(labels.map(Into::into)).collect();
        self.0.push(Reading { family: Some(family), labels, value });
    }
}

impl From<f64> for Readings {
    fn from(value: f64) -> Self {
        Self::new().with(value, &[])
    }
}
