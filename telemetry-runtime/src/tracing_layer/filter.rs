//! Which spans and events a layer sees, by level and target; may change while the program runs.

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use tracing::{Metadata, level_filters::LevelFilter, subscriber::Interest};
use tracing_subscriber::{
    filter::Targets,
    layer::{Context, Filter},
};

/// Which spans and events a layer sees.
///
/// Clones are the same filter.
#[derive(Clone)]
pub(crate) struct LevelsOfTargets(Arc<RwLock<Targets>>);

impl LevelsOfTargets {
    pub(crate) fn new(levels: &Levels) -> Self {
        Self(Arc::new(RwLock::new(levels.targets())))
    }

    /// Takes other levels from now on.
    #[cfg(feature = "settings")]
    pub(crate) fn change(&self, levels: &Levels) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = levels.targets();
        // Callsites remember what they were told.
        tracing::callsite::rebuild_interest_cache();
    }

    /// Takes another level from now on, for targets without their own.
    #[cfg(all(feature = "dashboard", feature = "logs"))]
    pub(crate) fn change_default(&self, level: LevelFilter) {
        let mut targets = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *targets = std::mem::take(&mut *targets).with_default(level);
        drop(targets);
        // As above.
        tracing::callsite::rebuild_interest_cache();
    }

    /// The level of targets without their own.
    #[cfg(all(feature = "dashboard", feature = "logs"))]
    pub(crate) fn default_level(&self) -> LevelFilter {
        let targets = self.0.read().unwrap_or_else(PoisonError::into_inner);
        targets.default_level().unwrap_or(LevelFilter::OFF)
    }

    fn admits(&self, metadata: &Metadata<'_>) -> bool {
        let targets = self.0.read().unwrap_or_else(PoisonError::into_inner);
        targets.would_enable(metadata.target(), metadata.level())
    }
}

impl fmt::Debug for LevelsOfTargets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LevelsOfTargets")
    }
}

impl<S> Filter<S> for LevelsOfTargets {
    fn enabled(&self, metadata: &Metadata<'_>, _context: &Context<'_, S>) -> bool {
        self.admits(metadata)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.admits(metadata) { Interest::always() } else { Interest::never() }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        let targets = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let levels = targets.iter().map(|(_, level)| level);
        levels.chain(targets.default_level()).max()
    }
}

/// A level, and others for some targets and all below them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Levels {
    pub(crate) level: LevelFilter,
    pub(crate) targets: Vec<(String, LevelFilter)>,
}

impl Default for Levels {
    fn default() -> Self {
        Self { level: LevelFilter::INFO, targets: Vec::new() }
    }
}

impl Levels {
    /// Nothing at all.
    #[cfg(feature = "settings")]
    pub(crate) const OFF: Self = Self { level: LevelFilter::OFF, targets: Vec::new() };

    fn targets(&self) -> Targets {
        Targets::new().with_default(self.level).with_targets(self.targets.clone())
    }
}
