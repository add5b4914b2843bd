//! Log records of calls: failed ones and slow ones.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use tracing::level_filters::LevelFilter;

#[cfg(feature = "_background")]
use crate::metrics::{Family, FamilyKind, Labels, Value};
use crate::{
    classify::Verdict,
    clock::Clock,
    operation::{Level, Operation, RecordLimit, Signals},
    outcome::Outcome,
};

/// `telemetry.error_messages`.
static MESSAGES: AtomicBool = AtomicBool::new(true);

/// `telemetry.enabled`.
static IS_ENABLED: AtomicBool = AtomicBool::new(true);

/// `logs.record_limit`.
static LIMIT: AtomicUsize = AtomicUsize::new(10);

/// Records that were not written, because there were too many: error records, then slow ones.
static HELD_BACK: [AtomicU64; 2] = [const { AtomicU64::new(0) }; 2];

const ERROR: usize = 0;
const SLOW: usize = 1;

pub(crate) fn configure(messages: bool, enabled: bool, limit: usize) {
    MESSAGES.store(messages, Ordering::Relaxed);
    IS_ENABLED.store(enabled, Ordering::Relaxed);
    LIMIT.store(limit, Ordering::Relaxed);
}

/// How many records were held back.
#[cfg(feature = "_background")]
pub(crate) fn held_back() -> Family {
    let mut family = Family::new(
        "telemetry_records_held_back_total",
        FamilyKind::Counter,
        "Records of failed and slow calls that were not written, because their operation wrote too many.",
    );
    for (record, count) in ["error", "slow"].into_iter().zip(&HELD_BACK) {
        family.push(&Labels::new([("record", record)]), Value::Counter(count.load(Ordering::Relaxed)));
    }
    family
}

/// Whether calls are told of at all.
#[inline(always)]
pub(super) fn is_enabled() -> bool {
    IS_ENABLED.load(Ordering::Relaxed)
}

/// A call that may be worth a record.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    pub(super) operation: &'a Operation,
    pub(super) verdict: &'a Verdict<'a>,
    pub(super) clock: &'a Clock,
    pub(super) limits: &'a [RecordLimit; 2],
}

/// Writes the records that the call asks for, as `tracing` events of the target `telemetry`.
#[inline]
pub(super) fn write(told: Told<'_>, is_slow: bool, ticks: u64) {
    let Told { operation, verdict, .. } = told;
    let is_error = matches!(verdict.outcome, Outcome::Error { .. })
        && operation.signals().has(Signals::ERRORS)
        && is_listened_to(operation.keys().level);
    let is_slow = is_slow && operation.signals().has(Signals::DURATION);
    if is_error || is_slow {
        write_enabled(told, is_error, is_slow, ticks);
    }
}

#[cold]
fn write_enabled(told: Told<'_>, is_error: bool, is_slow: bool, ticks: u64) {
    if !is_enabled() {
        return;
    }
    if is_error {
        error(told);
    }
    if is_slow
        && tracing::enabled!(target: "telemetry", tracing::Level::WARN)
        && let Some(held_back) = told.admit(SLOW)
    {
        slow(told, ticks, held_back);
    }
}

impl Told<'_> {
    /// Whether the record may be written: how many before it were not, if any.
    fn admit(self, record: usize) -> Option<Option<u64>> {
        let most = LIMIT.load(Ordering::Relaxed) as u64;
        let admitted = self.limits[record].admit(self.clock.now(), most);
        if admitted.is_none() {
            HELD_BACK[record].fetch_add(1, Ordering::Relaxed);
        }
        admitted.map(|before| (before > 0).then_some(before))
    }
}

/// Whether anybody takes records of the level at all; most errors need not be looked at more closely.
#[inline(always)]
fn is_listened_to(level: Level) -> bool {
    LevelFilter::current() >= level.official()
}

/// Whether the messages of the operation's errors may leave the program.
pub(super) fn wants_message(operation: &Operation) -> bool {
    operation.keys().messages && MESSAGES.load(Ordering::Relaxed)
}

fn error(told: Told<'_>) {
    let Told { operation, verdict, .. } = told;
    let Outcome::Error { error_type } = verdict.outcome else { return };
    macro_rules! write_at {
        ($level:expr) => {
            // No subscriber, no work: formatting a message costs more than the call.
            if tracing::enabled!(target: "telemetry", $level)
                && let Some(held_back) = told.admit(ERROR)
            {
                let message = if wants_message(operation) { verdict.detail.message() } else { None };
                tracing::event!(
                    target: "telemetry",
                    $level,
                    provider = operation.provider(),
                    operation = operation.name(),
                    error.r#type = error_type.as_str(),
                    error.message = message.as_deref(),
                    held_back,
                    "{}.{} failed",
                    operation.provider(),
                    operation.name(),
                )
            }
        };
    }
    // Levels of `tracing` are constants: each has a call site of its own.
    match operation.keys().level {
        Level::Error => write_at!(tracing::Level::ERROR),
        Level::Warn => write_at!(tracing::Level::WARN),
        Level::Info => write_at!(tracing::Level::INFO),
        Level::Debug => write_at!(tracing::Level::DEBUG),
        Level::Trace => write_at!(tracing::Level::TRACE),
    }
}

fn slow(told: Told<'_>, ticks: u64, held_back: Option<u64>) {
    let Told { operation, verdict, clock, .. } = told;
    tracing::warn!(
        target: "telemetry",
        provider = operation.provider(),
        operation = operation.name(),
        status = verdict.outcome.status(),
        duration_seconds = clock.duration(ticks).as_secs_f64(),
        held_back,
        "{}.{} was slow",
        operation.provider(),
        operation.name(),
    );
}
