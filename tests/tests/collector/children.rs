//! This test program again, as a process of its own.

use std::process::{Command, Stdio};

/// The variable that tells a child what it works on.
const WORK: &str = "COLLECTOR_TEST_WORK";

/// A child that runs one ignored test.
pub(crate) fn child(test: &str, work: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("the path of this program"));
    command.args(["--exact", test, "--ignored", "--nocapture", "--test-threads=1"]);
    command.env(WORK, work).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

/// What a child works on; none in a test that nobody started as one.
pub(crate) fn work() -> Option<String> {
    std::env::var(WORK).ok()
}
