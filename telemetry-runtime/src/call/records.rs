//! Log records of calls: failed ones and slow ones.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use tracing::level_filters::LevelFilter;

use crate::{
    classify::Verdict,
    operation::{Level, Operation, Signals},
    outcome::Outcome,
};

/// `telemetry.error_messages`.
static MESSAGES: AtomicBool = AtomicBool::new(true);

/// `telemetry.enabled`.
static IS_ENABLED: AtomicBool = AtomicBool::new(true);

pub(crate) fn configure(messages: bool, enabled: bool) {
    MESSAGES.store(messages, Ordering::Relaxed);
    IS_ENABLED.store(enabled, Ordering::Relaxed);
}

/// Whether calls are told of at all.
#[inline(always)]
pub(super) fn is_enabled() -> bool {
    IS_ENABLED.load(Ordering::Relaxed)
}

/// Writes the records that the call asks for, as `tracing` events of the target `telemetry`.
#[inline]
pub(super) fn write(
    operation: &Operation,
    verdict: &Verdict<'_>,
    is_slow: bool,
    duration: impl FnOnce() -> Duration,
) {
    let is_error = matches!(verdict.outcome, Outcome::Error { .. })
        && operation.signals().has(Signals::ERRORS)
        && is_listened_to(operation.site_data().level);
    let is_slow = is_slow && operation.signals().has(Signals::DURATION);
    if is_error || is_slow {
        write_enabled(operation, verdict, is_error, is_slow, duration);
    }
}

#[cold]
fn write_enabled(
    operation: &Operation,
    verdict: &Verdict<'_>,
    is_error: bool,
    is_slow: bool,
    duration: impl FnOnce() -> Duration,
) {
    if !is_enabled() {
        return;
    }
    if is_error {
        error(operation, verdict);
    }
    if is_slow && tracing::enabled!(target: "telemetry", tracing::Level::WARN) {
        slow(operation, verdict.outcome, duration());
    }
}

/// Whether anybody takes records of the level at all; most errors need not be looked at more closely.
#[inline(always)]
fn is_listened_to(level: Level) -> bool {
    LevelFilter::current() >= level.official()
}

/// Whether the messages of the operation's errors may leave the program.
pub(super) fn wants_message(operation: &Operation) -> bool {
    operation.site_data().messages && MESSAGES.load(Ordering::Relaxed)
}

fn error(operation: &Operation, verdict: &Verdict<'_>) {
    let Outcome::Error { error_type } = verdict.outcome else { return };
    macro_rules! write_at {
        ($level:expr) => {
            // No subscriber, no work: formatting a message costs more than the call.
            if tracing::enabled!(target: "telemetry", $level) {
                let message = if wants_message(operation) { verdict.detail.message() } else { None };
                tracing::event!(
                    target: "telemetry",
                    $level,
                    provider = operation.provider(),
                    operation = operation.name(),
                    error.r#type = error_type.as_str(),
                    error.message = message.as_deref(),
                    "{}.{} failed",
                    operation.provider(),
                    operation.name(),
                )
            }
        };
    }
    // Levels of `tracing` are constants: each has a call site of its own.
    match operation.site_data().level {
        Level::Error => write_at!(tracing::Level::ERROR),
        Level::Warn => write_at!(tracing::Level::WARN),
        Level::Info => write_at!(tracing::Level::INFO),
        Level::Debug => write_at!(tracing::Level::DEBUG),
        Level::Trace => write_at!(tracing::Level::TRACE),
    }
}

fn slow(operation: &Operation, outcome: Outcome, duration: Duration) {
    tracing::warn!(
        target: "telemetry",
        provider = operation.provider(),
        operation = operation.name(),
        status = outcome.status(),
        duration_seconds = duration.as_secs_f64(),
        "{}.{} was slow",
        operation.provider(),
        operation.name(),
    );
}
