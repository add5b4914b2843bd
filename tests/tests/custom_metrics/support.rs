//! What these tests share.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use telemetry::{Snapshot, Telemetry, prometheus};
use telemetry_runtime as telemetry;

/// The faults that the toolkit has told of, for the tests of this program.
pub(crate) fn faults() -> Vec<String> {
    collected().lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn collected() -> &'static Arc<Mutex<Vec<String>>> {
    static FAULTS: OnceLock<Arc<Mutex<Vec<String>>>> = OnceLock::new();
    FAULTS.get_or_init(|| {
        let all: Arc<Mutex<Vec<String>>> = Arc::default();
        let hook = Arc::clone(&all);
        // The hook is the program's; nothing else of the builder is wanted.
        drop(Telemetry::builder().on_fault(move |fault| {
            hook.lock().unwrap_or_else(PoisonError::into_inner).push(fault.to_string());
        }));
        all
    })
}

/// Begins to collect faults.
pub(crate) fn listen() {
    collected();
}

/// The faults that name all of `parts`.
pub(crate) fn faults_with(parts: &[&str]) -> usize {
    faults().iter().filter(|fault| parts.iter().all(|part| fault.contains(part))).count()
}

pub(crate) fn text(snapshot: &Snapshot) -> String {
    let mut out = String::new();
    prometheus::render(snapshot, prometheus::Format::Text, &mut out);
    out
}
