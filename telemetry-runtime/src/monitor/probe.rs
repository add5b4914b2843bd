//! What a probe is.

use std::error::Error;

use super::{ProbeError, Readings};
use crate::metrics::FamilyKind;

/// What comes out of a measurement.
///
/// ```
/// use telemetry_runtime::Measured;
///
/// fn temperature() -> Measured {
///     let celsius: f64 = "21.5".parse()?;
///     Ok(celsius.into())
/// }
/// assert!(temperature().is_ok());
/// ```
pub type Measured = Result<Readings, Box<dyn Error + Send + Sync>>;

/// What the values of a probe are.
///
/// ```
/// use telemetry_runtime::{CounterProbe, Probe, ProbeKind};
///
/// fn queue_depth() -> telemetry_runtime::Measured {
///     Ok(7.0.into())
/// }
///
/// assert_eq!((queue_depth.kind(), CounterProbe(queue_depth).kind()), (ProbeKind::Gauge, ProbeKind::Counter));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProbeKind {
    /// A value that goes up and down.
    Gauge,
    /// All that there was so far, in whole numbers; one that is less than before began anew.
    Counter,
}

impl From<ProbeKind> for FamilyKind {
    fn from(kind: ProbeKind) -> Self {
        match kind {
            ProbeKind::Gauge => Self::Gauge,
            ProbeKind::Counter => Self::Counter,
        }
    }
}

/// Measures something of the program, again and again.
///
/// It is called on a thread where it may block, and never on two threads at once. A closure that gives [`Measured`] is a
/// probe, and in [`CounterProbe`] one that counts. What fails, panics or takes too long is counted in
/// `telemetry_probe_errors_total`, and its gauges are left out until it works again.
///
/// ```
/// use std::sync::{Arc, Mutex};
/// use telemetry_runtime::{Measured, Probe, Readings};
///
/// struct QueueDepth(Arc<Mutex<Vec<String>>>);
///
/// impl Probe for QueueDepth {
///     fn measure(&self) -> Measured {
///         let jobs = self.0.lock().map_err(|_| "a worker panicked")?;
///         let urgent = jobs.iter().filter(|job| job.starts_with('!')).count();
///         let rest = jobs.len() - urgent;
///         Ok(Readings::new().with(urgent as f64, &[("class", "urgent")]).with(rest as f64, &[("class", "other")]))
///     }
///
///     fn help(&self) -> &str {
///         "Jobs that wait."
///     }
/// }
///
/// let probe = QueueDepth(Arc::default());
/// assert_eq!(probe.measure().expect("nobody panicked").len(), 2);
/// ```
pub trait Probe: Send + Sync + 'static {
    /// Measures once; may block.
    ///
    /// # Errors
    ///
    /// Why there is nothing to be measured; it is tried again, see [`ProbeOptions::retries`](super::ProbeOptions::retries).
    fn measure(&self) -> Measured;

    /// What its values are. Defaults to a gauge.
    fn kind(&self) -> ProbeKind {
        ProbeKind::Gauge
    }

    /// What the metric tells, for people. Defaults to its name.
    fn help(&self) -> &str {
        ""
    }

    /// Is told of a run that failed, all its retries included, on a thread where it may block. Defaults to nothing.
    fn on_error(&self, error: &ProbeError) {
        let _ = error;
    }
}

/// A [`Probe`] that waits instead of blocking.
///
/// Its future runs on telemetry's own thread, so it must not block. It is dropped when it takes too long. What needs
/// the program's runtime, such as a connection that was opened there, is asked through a channel or a
/// `tokio::runtime::Handle` of that runtime.
///
/// ```
/// use telemetry_runtime::{AsyncProbe, Measured};
///
/// struct Lag(tokio::sync::watch::Receiver<f64>);
///
/// impl AsyncProbe for Lag {
///     async fn measure(&self) -> Measured {
///         let mut lag = self.0.clone();
///         lag.changed().await?;
///         Ok((*lag.borrow()).into())
///     }
/// }
/// ```
pub trait AsyncProbe: Send + Sync + 'static {
    /// Measures once; must not block.
    fn measure(&self) -> impl Future<Output = Measured> + Send;

    /// What its values are. Defaults to a gauge.
    fn kind(&self) -> ProbeKind {
        ProbeKind::Gauge
    }

    /// What the metric tells, for people. Defaults to its name.
    fn help(&self) -> &str {
        ""
    }

    /// Is told of a run that failed, as [`Probe::on_error`] is. Defaults to nothing.
    fn on_error(&self, error: &ProbeError) {
        let _ = error;
    }
}

impl<F: Fn() -> Measured + Send + Sync + 'static> Probe for F {
    fn measure(&self) -> Measured {
        self()
    }
}

impl<F, T> AsyncProbe for F
where
    F: Fn() -> T + Send + Sync + 'static,
    T: Future<Output = Measured> + Send,
{
    fn measure(&self) -> impl Future<Output = Measured> + Send {
        self()
    }
}

/// Makes a counter of a probe, such as a closure.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use telemetry_runtime::CounterProbe;
///
/// static SENT: AtomicU64 = AtomicU64::new(0);
///
/// let probe = CounterProbe(|| Ok((SENT.load(Ordering::Relaxed) as f64).into()));
/// # let _ = telemetry_runtime::Probe::measure(&probe);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct CounterProbe<P>(pub P);

impl<P: Probe> Probe for CounterProbe<P> {
    fn measure(&self) -> Measured {
        self.0.measure()
    }

    fn kind(&self) -> ProbeKind {
        ProbeKind::Counter
    }

    fn help(&self) -> &str {
        self.0.help()
    }

    fn on_error(&self, error: &ProbeError) {
        self.0.on_error(error);
    }
}

impl<P: AsyncProbe> AsyncProbe for CounterProbe<P> {
    fn measure(&self) -> impl Future<Output = Measured> + Send {
        self.0.measure()
    }

    fn kind(&self) -> ProbeKind {
        ProbeKind::Counter
    }

    fn help(&self) -> &str {
        self.0.help()
    }

    fn on_error(&self, error: &ProbeError) {
        self.0.on_error(error);
    }
}
