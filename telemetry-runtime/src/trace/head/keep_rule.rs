//! What is kept although it was not chosen.

use std::time::Duration;

/// Which traces that were not chosen are recorded all the same, decided once they have ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct KeepRule {
    pub(crate) errors: bool,
    pub(crate) slower_than: Option<Duration>,
    pub(crate) timeout: Duration,
    pub(crate) max_spans: usize,
    pub(crate) max_bytes: usize,
}

impl KeepRule {
    pub(crate) const OFF: Self = Self {
        errors: false,
        slower_than: None,
        timeout: Duration::from_secs(60),
        max_spans: 65_536,
        max_bytes: 32 << 20,
    };

    /// Whether any trace may be kept.
    #[cfg(feature = "_background")]
    pub(crate) fn is_on(&self) -> bool {
        self.errors || self.slower_than.is_some()
    }
}
