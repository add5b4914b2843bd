//! Finding what `tests/components/install.sh` installs.

use std::{
    env,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::Command,
    thread,
};

/// A program of a package, unless it is missing and may be.
pub(crate) fn program(name: &str) -> Option<Command> {
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path).map(|directory| directory.join(name)).find(|file| file.is_file());
    found.map(Command::new).or_else(|| missing(name))
}

/// Python with `checks.py`, unless it is missing and may be.
pub(crate) fn checks() -> Option<Command> {
    let python = directory_of_builds().join("components/venv/bin/python");
    if !python.is_file() {
        return missing("checks (a Python environment)");
    }
    let mut command = Command::new(python);
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("components/checks.py"));
    Some(command)
}

/// The target directory: the installation puts things there, and this test runs in its `debug/deps`.
pub(crate) fn directory_of_builds() -> PathBuf {
    let test = env::current_exe().expect("a test knows where it is");
    test.ancestors().nth(3).expect("a test is three levels below the target directory").to_owned()
}

fn missing<T>(what: &str) -> Option<T> {
    const REMEDY: &str = "run tests/components/install.sh";
    assert!(
        env::var("CI").as_deref() != Ok("true"),
        "{what} is not installed, but CI may not skip: {REMEDY}"
    );
    let test = thread::current();
    let test = test.name().unwrap_or("a test");
    // Not eprintln!, which the harness keeps to itself.
    let _ = writeln!(io::stderr(), "SKIPPED: {test}: {what} is not installed ({REMEDY})");
    None
}
