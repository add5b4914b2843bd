//! Who is told of alerts.

use std::{fmt, future::Future, pin::Pin, time::Duration};

use super::Alert;
use crate::export::{
    delivery::{Delivery, Exporter, Failure, Pending, Reason},
    guarded,
};

/// What a handler answers, once it has.
///
/// ```
/// use telemetry_runtime::{Alert, AlertError, AlertHandled};
///
/// fn print(alerts: &[Alert]) -> AlertHandled<'_> {
///     Box::pin(async move {
///         alerts.iter().for_each(|alert| println!("{}", alert.message));
///         Ok(())
///     })
/// }
/// # let _ = print;
/// ```
pub type AlertHandled<'a> = Pin<Box<dyn Future<Output = Result<(), AlertError>> + Send + 'a>>;

/// Tells somebody of alerts.
///
/// It is called on the background thread, which serves all handlers: wait with `.await`, never block. Each handler has
/// a bounded queue, tries that are repeated with growing waits, and a circuit breaker of its own; what is lost is
/// counted in `telemetry_alerts_total`. A panic of it is an alert that was refused.
///
/// ```
/// use std::sync::mpsc;
/// use telemetry_runtime::{Alert, AlertError, AlertHandled, AlertHandler, AlertRule, Telemetry};
///
/// struct Pager(mpsc::Sender<String>);
///
/// impl AlertHandler for Pager {
///     fn handle<'a>(&'a mut self, alerts: &'a [Alert]) -> AlertHandled<'a> {
///         Box::pin(async move {
///             for alert in alerts {
///                 self.0.send(alert.message.clone()).map_err(AlertError::refused)?;
///             }
///             Ok(())
///         })
///     }
/// }
///
/// let (pages, _seen) = mpsc::channel();
/// let telemetry = Telemetry::builder()
///     .alert_rule(AlertRule::new("queue_length", 1000.0))
///     .alert_handler("pager", Pager(pages))
///     .build()?;
/// assert_eq!(telemetry.alerts().handlers[0].name, "pager");
/// # Ok::<(), telemetry_runtime::SetupError>(())
/// ```
pub trait AlertHandler: Send + 'static {
    /// Tells of alerts that have begun or ended, in order, once.
    fn handle<'a>(&'a mut self, alerts: &'a [Alert]) -> AlertHandled<'a>;

    /// How often it wants to hear again of what goes on. Defaults to never.
    fn repeats(&self) -> Option<Duration> {
        None
    }
}

impl AlertHandler for Box<dyn AlertHandler> {
    fn handle<'a>(&'a mut self, alerts: &'a [Alert]) -> AlertHandled<'a> {
        (**self).handle(alerts)
    }

    fn repeats(&self) -> Option<Duration> {
        (**self).repeats()
    }
}

/// Why a handler could not tell of alerts, and whether it may be tried again.
///
/// ```
/// use telemetry_runtime::AlertError;
///
/// let error = AlertError::again("https://user:password@pager.example is busy");
/// assert_eq!(error.to_string(), "https://pager.example is busy");
/// ```
#[derive(Clone, Debug)]
pub struct AlertError {
    failure: Failure,
    is_final: bool,
    after: Option<Duration>,
}

impl AlertError {
    /// It may be tried again.
    #[must_use]
    pub fn again(cause: impl fmt::Display) -> Self {
        Self::new(Reason::Exporter, false, &cause)
    }

    /// It must not be tried again.
    #[must_use]
    pub fn refused(cause: impl fmt::Display) -> Self {
        Self::new(Reason::Exporter, true, &cause)
    }

    /// It wants to be left alone for so long, a minute at the most.
    #[must_use]
    pub fn after(self, wait: Duration) -> Self {
        Self { after: Some(wait), ..self }
    }

    pub(super) fn new(reason: Reason, is_final: bool, cause: &dyn fmt::Display) -> Self {
        Self { failure: Failure::new(reason, cause), is_final, after: None }
    }

    /// What an attempt came to.
    pub(super) fn of(delivery: Delivery) -> Result<(), Self> {
        let (failure, is_final, after) = match delivery {
            Delivery::Accepted { .. } => return Ok(()),
            Delivery::Partly { cause, .. } | Delivery::Refused { cause } => (cause, true, None),
            Delivery::TryAgain { after, cause } => (cause, false, after),
        };
        Err(Self { failure, is_final, after })
    }

    fn into_delivery(self) -> Delivery {
        let Self { failure: cause, is_final, after } = self;
        if is_final { Delivery::Refused { cause } } else { Delivery::TryAgain { after, cause } }
    }
}

impl fmt::Display for AlertError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.failure.message)
    }
}

impl std::error::Error for AlertError {}

/// A handler as an exporter, so that it has what exporters have.
pub(super) struct Handling {
    pub(super) name: &'static str,
    pub(super) handler: Box<dyn AlertHandler>,
}

impl Exporter<Alert> for Handling {
    fn name(&self) -> &'static str {
        self.name
    }

    fn export<'a>(&'a mut self, batch: &'a [Alert]) -> Pending<'a, Delivery> {
        let handler = &mut self.handler;
        Box::pin(async move {
            match guarded(Box::pin(async move { handler.handle(batch).await })).await {
                Ok(Ok(())) => Delivery::ACCEPTED,
                Ok(Err(error)) => error.into_delivery(),
                Err(panicked) => Delivery::refused(panicked),
            }
        })
    }
}
