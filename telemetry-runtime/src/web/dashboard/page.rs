//! What all handlers of the page share.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use super::{stream::Streams, system::GaugeHistory};
use crate::{
    activity::{Activity, Moment},
    setup::{DashboardPlan, Telemetry},
};

/// What all handlers of the page share.
pub(super) struct Page {
    pub(super) telemetry: Telemetry,
    pub(super) streams: Streams,
    /// None while nobody looks.
    activity: Mutex<Option<Activity>>,
    gauges: Mutex<GaugeHistory>,
}

impl Page {
    pub(super) fn new(telemetry: &Telemetry) -> Arc<Self> {
        Arc::new(Self {
            telemetry: telemetry.clone(),
            streams: Streams::default(),
            activity: Mutex::default(),
            gauges: Mutex::default(),
        })
    }

    pub(super) fn plan(&self) -> &DashboardPlan {
        &self.telemetry.plan().web.dashboard
    }

    /// Reads everything that is counted, and what lies behind as far as somebody has looked.
    pub(super) fn look<R>(&self, say: impl FnOnce(&Moment, &Activity) -> R) -> R {
        let moment = Moment::read(self.telemetry.registry());
        let mut activity = self.activity();
        let activity = activity.get_or_insert_with(|| Activity::new(self.telemetry.registry().clock().now()));
        activity.look(&moment);
        say(&moment, activity)
    }

    /// Forgets what lies behind, because nobody looks any more.
    pub(super) fn forget(&self) {
        *self.activity() = None;
        *self.gauges() = GaugeHistory::default();
    }

    pub(super) fn gauges(&self) -> MutexGuard<'_, GaugeHistory> {
        self.gauges.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The time of day at which the clock showed `at`.
    pub(super) fn wall(&self, at: Duration) -> SystemTime {
        let ago = self.telemetry.registry().clock().now().saturating_sub(at);
        SystemTime::now().checked_sub(ago).unwrap_or(SystemTime::UNIX_EPOCH)
    }

    fn activity(&self) -> MutexGuard<'_, Option<Activity>> {
        self.activity.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
