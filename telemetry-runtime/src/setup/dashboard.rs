//! What the live page is fed by.

use std::sync::Arc;

use tokio::sync::{mpsc, watch};

use super::{Plan, background::Work};
use crate::activity::BreakerTimeline;

/// What the live page is fed by, whether somebody looks at it or not.
#[derive(Debug)]
pub(crate) struct DashboardParts {
    pub(crate) breakers: Arc<BreakerTimeline>,
    guests: mpsc::UnboundedSender<Work>,
    ending: watch::Sender<bool>,
}

impl DashboardParts {
    /// The parts, and what the telemetry thread does for them; none if the plan wants no page.
    pub(super) fn of_plan(plan: &Plan) -> Option<(Self, Work)> {
        if !plan.web.dashboard.settings.enabled {
            return None;
        }
        let (guests, mut arriving) = mpsc::unbounded_channel::<Work>();
        let take_in: Work = Box::pin(async move {
            while let Some(work) = arriving.recv().await {
                tokio::spawn(work);
            }
        });
        let ending = watch::Sender::new(false);
        Some((Self { breakers: BreakerTimeline::begin(), guests, ending }, take_in))
    }

    /// Works on the telemetry thread, until that ends.
    ///
    /// Work that comes later than that is dropped.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        drop(self.guests.send(Box::pin(work)));
    }

    /// Ends whatever pages wait for: a server that drains waits for their streams otherwise.
    pub(crate) fn end(&self) {
        self.ending.send_replace(true);
    }

    /// Returns once it is to end.
    pub(crate) fn ending(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut ending = self.ending.subscribe();
        async move {
            // Without telemetry there is nothing to tell either.
            drop(ending.wait_for(|is_ending| *is_ending).await);
        }
    }
}
