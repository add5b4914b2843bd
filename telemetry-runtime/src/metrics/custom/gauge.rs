//! A metric that goes up and down.

use super::Handle;
use crate::metrics::store::GaugeCells;

/// A metric that goes up and down, with `N` labels.
///
/// ```
/// use telemetry_runtime::{Gauge, Metrics};
///
/// let depth: Gauge<1> = Metrics::new("doc", "queue").gauge("depth", "Jobs that wait.", ["queue"]);
/// let mails = depth.with(["mails"]);
/// mails.set(7.0);
/// mails.sub(2.0);
/// ```
#[derive(Clone, Debug)]
pub struct Gauge<const N: usize>(pub(super) Handle<GaugeCells>);

impl<const N: usize> Gauge<N> {
    /// The series of these values, in the order of the labels.
    #[must_use]
    pub fn with(&self, values: [&str; N]) -> Gauge<0> {
        Gauge(self.0.with(&values))
    }
}

impl Gauge<0> {
    /// Makes it this value.
    #[inline]
    pub fn set(&self, value: f64) {
        if let Some(child) = &self.0.child {
            child.set(value);
        }
    }

    /// Adds; what would make it anything but a finite number is left out and counted.
    #[inline]
    pub fn add(&self, amount: f64) {
        if let Some(child) = &self.0.child {
            child.add(amount);
        }
    }

    /// Subtracts, as [`Gauge::add`] adds.
    #[inline]
    pub fn sub(&self, amount: f64) {
        self.add(-amount);
    }

    /// Adds one.
    #[inline]
    pub fn inc(&self) {
        self.add(1.0);
    }

    /// Subtracts one.
    #[inline]
    pub fn dec(&self) {
        self.sub(1.0);
    }
}
