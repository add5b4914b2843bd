//! Shared helpers of the behaviour tests.

use std::time::{Duration, Instant};

#[cfg(unix)]
pub mod process;

/// Polls until it is true, and panics if it is not within 30 s.
///
/// # Panics
///
/// As said.
#[track_caller]
pub fn until(what: &str, mut is_true: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !is_true() {
        assert!(Instant::now() < deadline, "{what} did not come true in time");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// The examples of the README, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
