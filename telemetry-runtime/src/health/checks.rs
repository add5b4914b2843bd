//! The checks of a program, run in the background.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use super::{CheckKind, CheckReport, HealthCheck, HealthStatus, check_report::Found};
use crate::{
    clock::Clock,
    fault::{self, Fault},
    metrics::Counter,
    monitor::RegisterError,
    periodic::{Job, Jobs, Pace, Patience, Trouble, error_counter},
    settings::HealthSettings,
};

/// The checks of a program, run in the background.
#[derive(Clone, Debug)]
pub(crate) struct HealthChecks {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    clock: Clock,
    config: HealthSettings,
    jobs: Jobs,
    checks: Mutex<BTreeMap<String, Check>>,
    errors: Counter<2>,
}

/// A check and what it found last, with the time of that.
#[derive(Debug)]
struct Check {
    kind: CheckKind,
    on_failure: HealthStatus,
    last: Option<(Duration, Result<HealthStatus, Trouble>)>,
}

impl HealthChecks {
    pub(crate) fn new(clock: &Clock, config: &HealthSettings) -> Self {
        let shared = Shared {
            clock: clock.clone(),
            config: config.clone(),
            jobs: Jobs::default(),
            checks: Mutex::default(),
            errors: error_counter(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Begins to check, on the runtime of the background thread.
    pub(crate) async fn start(self) {
        self.shared.jobs.start();
    }

    pub(crate) fn config(&self) -> &HealthSettings {
        &self.shared.config
    }

    /// Runs `check` now and in each of its intervals.
    ///
    /// # Errors
    ///
    /// A name that another check has, and an interval or timeout of zero.
    pub(crate) fn register(&self, name: &str, check: HealthCheck) -> Result<(), RegisterError> {
        let shared = &self.shared;
        let HealthCheck { work, kind, interval, timeout, on_failure } = check;
        let interval = interval.unwrap_or(shared.config.interval);
        let timeout = timeout.unwrap_or(shared.config.timeout);
        if interval.is_zero() || timeout.is_zero() {
            return Err(RegisterError::Zero { name: name.to_owned() });
        }
        let job = Job {
            work,
            pace: Pace { interval, jitter: Duration::ZERO },
            patience: Patience { timeout, retries: 0 },
        };
        let (of_check, weak) = (name.to_owned(), Arc::downgrade(shared));
        let task = job.run(shared.clock.clone(), move |result| take(&weak, &of_check, result));
        // Held on to, so that no result comes before the check is known.
        let mut checks = shared.checks();
        if !shared.jobs.add(name, task) {
            return Err(RegisterError::Taken { name: name.to_owned() });
        }
        checks.insert(name.to_owned(), Check { kind, on_failure, last: None });
        Ok(())
    }

    /// Lets the check of that name go; says whether there was one.
    pub(crate) fn unregister(&self, name: &str) -> bool {
        self.shared.jobs.remove(name);
        self.shared.checks().remove(name).is_some()
    }

    /// What each check found last, by name.
    pub(crate) fn reports(&self) -> Vec<CheckReport> {
        let now = self.shared.clock.now();
        let checks = self.shared.checks();
        let reports = checks.iter().map(|(name, check)| CheckReport {
            name: name.clone(),
            kind: check.kind,
            last: check.last.as_ref().map(|(at, result)| Found {
                status: result.as_ref().copied().unwrap_or(check.on_failure),
                failure: result.as_ref().err().map(|trouble| (trouble.reason(), trouble.to_string())),
                age: now.saturating_sub(*at),
            }),
        });
        reports.collect()
    }
}

impl Shared {
    fn checks(&self) -> MutexGuard<'_, BTreeMap<String, Check>> {
        self.checks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps what came out of a run; tells of the first failure in a row.
fn take(shared: &Weak<Shared>, name: &str, result: Result<HealthStatus, Trouble>) {
    let Some(shared) = shared.upgrade() else { return };
    let trouble = result.as_ref().err().cloned();
    let was_failing = {
        let mut checks = shared.checks();
        let Some(check) = checks.get_mut(name) else { return };
        let before = check.last.replace((shared.clock.now(), result));
        before.is_some_and(|(_, result)| result.is_err())
    };
    let Some(trouble) = trouble else { return };
    shared.errors.with([&format!("health.{name}"), trouble.reason()]).inc();
    if !was_failing {
        let reason = trouble.reason();
        let message = format!(
            "check `{name}`: {reason}: {trouble}; it goes on and is told of once it has worked in between"
        );
        fault::report(&Fault::new("health", message));
    }
}
