//! Where the toolkit's own faults go.
//!
//! Telemetry never panics and never returns an error from a call. What goes wrong inside is handed to one hook;
//! without a hook it is written to standard error, a bounded number of times.

use std::{
    cell::Cell,
    fmt,
    io::Write,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Something that went wrong inside the toolkit.
///
/// ```
/// use telemetry_runtime::Fault;
///
/// let fault = Fault::new("metrics", "`hits` is a counter already");
/// assert_eq!(fault.to_string(), "metrics: `hits` is a counter already");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    component: &'static str,
    message: String,
}

impl Fault {
    /// Describes a fault of `component`.
    #[must_use]
    pub fn new(component: &'static str, message: impl Into<String>) -> Self {
        Self { component, message: message.into() }
    }

    /// The part of the toolkit that met the fault, such as `metrics`.
    #[must_use]
    pub fn component(&self) -> &'static str {
        self.component
    }

    /// What happened and what to do about it; never holds a secret.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.component, self.message)
    }
}

type Hook = Box<dyn Fn(&Fault) + Send + Sync>;

static HOOK: RwLock<Option<Hook>> = RwLock::new(None);
static FAULTS: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static REPORTING: Cell<bool> = const { Cell::new(false) };
}

/// Replaces the default way out, which is standard error.
pub(crate) fn set_hook(hook: Hook) {
    *HOOK.write().unwrap_or_else(PoisonError::into_inner) = Some(hook);
}

/// Faults reported since the process started.
pub(crate) fn count() -> u64 {
    FAULTS.load(Ordering::Relaxed)
}

/// Hands a fault to the hook. A hook that panics or reports itself is silenced.
pub(crate) fn report(fault: &Fault) {
    FAULTS.fetch_add(1, Ordering::Relaxed);
    if REPORTING.replace(true) {
        return;
    }
    let hook = HOOK.read().unwrap_or_else(PoisonError::into_inner);
    let told = catch_unwind(AssertUnwindSafe(|| match &*hook {
        Some(hook) => hook(fault),
        None => print(fault),
    }));
    REPORTING.set(false);
    drop(hook);
    // A hook that panicked is not a reason to disturb the program.
    drop(told);
}

/// At most this many lines an interval go to standard error.
const LINES_AN_INTERVAL: u32 = 10;
const INTERVAL: Duration = Duration::from_secs(10);

static LINES: Mutex<Option<Window>> = Mutex::new(None);

struct Window {
    began: Instant,
    written: u32,
    silenced: u64,
}

fn print(fault: &Fault) {
    let mut lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    let window = lines.get_or_insert_with(|| Window { began: Instant::now(), written: 0, silenced: 0 });
    if window.began.elapsed() >= INTERVAL {
        if window.silenced > 0 {
            let silenced = window.silenced;
            write_line(format_args!("telemetry: {silenced} more faults were not shown"));
        }
        *window = Window { began: Instant::now(), written: 0, silenced: 0 };
    }
    if window.written < LINES_AN_INTERVAL {
        window.written += 1;
        write_line(format_args!("telemetry: {fault}"));
    } else {
        window.silenced += 1;
    }
}

/// Unlike `eprintln!`, survives a closed standard error.
fn write_line(line: fmt::Arguments<'_>) {
    drop(writeln!(std::io::stderr().lock(), "{line}"));
}
