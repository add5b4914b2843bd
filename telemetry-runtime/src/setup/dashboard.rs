//! What the live page is fed by.

use std::sync::Arc;

use tokio::sync::{mpsc, watch};

use super::{Plan, background::Work};
#[cfg(feature = "logs")]
use crate::export::RecentLogs;
use crate::{
    activity::BreakerTimeline,
    export::{RecentLimits, RecentTraces},
};

/// What the live page is fed by, whether somebody looks at it or not.
#[derive(Debug)]
pub(crate) struct DashboardParts {
    pub(crate) breakers: Arc<BreakerTimeline>,
    pub(crate) traces: Arc<RecentTraces>,
    #[cfg(feature = "logs")]
    pub(crate) logs: Arc<RecentLogs>,
    guests: mpsc::UnboundedSender<Work>,
    ending: watch::Sender<bool>,
}

impl DashboardParts {
    /// The parts, and what the telemetry thread does for them; none if the plan wants no page.
    pub(super) fn of_plan(plan: &Plan) -> Option<(Self, Work)> {
        let settings = &plan.web.dashboard.settings;
        if !settings.enabled {
            return None;
        }
        let limits = RecentLimits {
            traces: settings.traces,
            trace_spans: settings.trace_spans,
            bytes: usize::try_from(settings.trace_bytes.bytes()).unwrap_or(usize::MAX),
        };
        let (guests, mut arriving) = mpsc::unbounded_channel::<Work>();
        let take_in: Work = Box::pin(async move {
            while let Some(work) = arriving.recv().await {
                tokio::spawn(work);
            }
        });
        let parts = Self {
            breakers: BreakerTimeline::begin(),
            traces: Arc::new(RecentTraces::new(limits)),
            #[cfg(feature = "logs")]
            logs: Arc::new(RecentLogs::new(settings.logs)),
            guests,
            ending: watch::Sender::new(false),
        };
        Some((parts, take_in))
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
