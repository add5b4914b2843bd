//! What a test expects of the calls of one operation, all of it judged at once.

use std::{fmt, time::Duration};

use super::{calls::CallAssertions, seen::Seen};

/// What a test expects of the calls of one operation.
///
/// [`assert_call!`](crate::assert_call) makes it: each of its keys is a method here. Nothing is judged before
/// [`check`](Self::check), so that one message tells of everything.
///
/// ```
/// use telemetry_runtime::{Operation, testing::TestTelemetry};
///
/// let telemetry = TestTelemetry::new();
/// Operation::new("finnhub", "quote").run(|| ());
/// telemetry.call("finnhub", "quote").expect().times(1).success(1).none_active().check();
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is judged before `check`"]
pub struct CallExpectation {
    calls: CallAssertions,
    wanted: Vec<Wanted>,
}

#[derive(Clone, Debug)]
enum Wanted {
    Times(u64),
    Status(String, u64),
    Errors(String, u64),
    Took(Duration),
    NoneActive,
}

impl CallExpectation {
    pub(super) fn new(calls: CallAssertions) -> Self {
        Self { calls, wanted: Vec::new() }
    }

    fn and(mut self, wanted: Wanted) -> Self {
        self.wanted.push(wanted);
        self
    }

    /// So many calls have ended.
    pub fn times(self, times: u64) -> Self {
        self.and(Wanted::Times(times))
    }

    /// So many succeeded.
    pub fn success(self, times: u64) -> Self {
        self.status("success", times)
    }

    /// So many failed.
    pub fn error(self, times: u64) -> Self {
        self.status("error", times)
    }

    /// So many were rejected by a breaker.
    pub fn rejected(self, times: u64) -> Self {
        self.status("rejected", times)
    }

    /// So many were given up before their end.
    pub fn cancelled(self, times: u64) -> Self {
        self.status("cancelled", times)
    }

    /// So many panicked.
    pub fn panicked(self, times: u64) -> Self {
        self.status("panicked", times)
    }

    /// So many ended with that status.
    pub fn status(self, status: impl Into<String>, times: u64) -> Self {
        self.and(Wanted::Status(status.into(), times))
    }

    /// So many failed with that type of error.
    pub fn error_type(self, error_type: impl Into<String>, times: u64) -> Self {
        self.and(Wanted::Errors(error_type.into(), times))
    }

    /// All calls together took so long, by the clock of the test.
    pub fn took(self, total: Duration) -> Self {
        self.and(Wanted::Took(total))
    }

    /// No call of the provider runs.
    pub fn none_active(self) -> Self {
        self.and(Wanted::NoneActive)
    }

    /// Only calls with that value of a label of their own count, here and in what was said before.
    pub fn label(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.calls = self.calls.with_label(name, value);
        self
    }

    /// Judges everything that is expected.
    ///
    /// # Panics
    ///
    /// If anything is not as expected; the message says what is, and what else was called.
    #[track_caller]
    pub fn check(self) {
        if self.wanted.iter().any(|wanted| !wanted.holds(&self.calls)) {
            panic!("{self}");
        }
    }
}

/// What the message of a failure says.
impl fmt::Display for CallExpectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { calls, wanted } = self;
        let (provider, operation) = calls.name();
        let labels = calls.labels();
        let seen = Seen::of(calls.snapshot(), &labels[2..]);
        let wanted: Vec<String> = wanted.iter().map(|wanted| wanted.told(calls)).collect();
        let with: String = labels[2..].iter().map(|(name, value)| format!(" with {name}={value}")).collect();
        writeln!(f, "calls of {provider}.{operation}{with} are not as expected")?;
        writeln!(f, "  expected: {}", wanted.join(", "))?;
        writeln!(f, "  seen: {}", seen.told(provider, operation))?;
        write!(f, "  called besides:{}", Seen::of(calls.snapshot(), &[]).others(provider, operation))
    }
}

impl Wanted {
    fn holds(&self, calls: &CallAssertions) -> bool {
        match self {
            Self::Times(times) => calls.ended() == *times,
            Self::Status(status, times) => calls.status(status) == *times,
            Self::Errors(error_type, times) => calls.errors(error_type) == *times,
            Self::Took(total) => calls.took().abs_diff(*total) < Duration::from_micros(1),
            Self::NoneActive => calls.active() == 0.0,
        }
    }

    fn told(&self, calls: &CallAssertions) -> String {
        let many = |times: &u64, what: &str| match times {
            1 => format!("1 {what}"),
            times => format!("{times} {what}s"),
        };
        let told = match self {
            Self::Times(times) => many(times, "call"),
            Self::Status(status, times) => format!("{times} {status}"),
            Self::Errors(error_type, times) => format!("{} `{error_type}`", many(times, "error")),
            Self::Took(total) => format!("{total:?} in all"),
            Self::NoneActive => "none active".to_owned(),
        };
        if self.holds(calls) {
            return told;
        }
        let found = match self {
            Self::Times(_) => calls.ended().to_string(),
            Self::Status(status, _) => calls.status(status).to_string(),
            Self::Errors(error_type, _) => calls.errors(error_type).to_string(),
            Self::Took(_) => format!("{:?}", calls.took()),
            Self::NoneActive => calls.active().to_string(),
        };
        format!("{told} (found {found})")
    }
}

/// Asserts what became of the calls of one operation.
///
/// Without keys exactly one call has ended. Keys are the methods of
/// [`CallExpectation`](crate::testing::CallExpectation): `times = 2`, `success = 1`, `error = 1`, `rejected = 0`,
/// `cancelled = 0`, `panicked = 0`, `error_type("timeout") = 1`, `label("region") = "eu"`, `took = duration` and
/// `none_active`.
///
/// ```
/// use telemetry_runtime::{self as telemetry, Outcome, AdapterMetrics, testing::TestTelemetry};
/// use std::time::Duration;
///
/// let telemetry = TestTelemetry::new();
/// let adapter = AdapterMetrics::new("finnhub");
/// adapter.record("quote", Outcome::Success, Duration::from_millis(20));
/// adapter.record("quote", Outcome::error("timeout"), Duration::from_millis(30));
/// adapter.record("history", Outcome::Success, Duration::from_millis(1));
///
/// telemetry::assert_call!(telemetry, "finnhub", "history");
/// telemetry::assert_call!(telemetry, "finnhub", "quote", times = 2, success = 1, error_type("timeout") = 1);
/// telemetry::assert_call!(telemetry, "finnhub", "quote", took = Duration::from_millis(50), none_active);
/// ```
///
/// # Panics
///
/// If it is otherwise; the message names what was expected, what is, and which operations were called besides.
#[macro_export]
macro_rules! assert_call {
    ($telemetry:expr, $provider:expr, $operation:expr $(,)?) => {
        $crate::assert_call!($telemetry, $provider, $operation, times = 1)
    };
    ($telemetry:expr, $provider:expr, $operation:expr, $($key:ident $(($of:expr))? $(= $value:expr)?),+ $(,)?) => {
        $telemetry.call($provider, $operation).expect()$(.$key($($of,)? $($value)?))+.check()
    };
}
