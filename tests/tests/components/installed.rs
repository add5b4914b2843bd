//! Finding what `tests/components/install.sh` installs.

use std::{
    env, fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::Command,
    thread,
};

/// A program of a package, unless it is missing and may be.
pub(crate) fn program(name: &str) -> Option<Command> {
    on_path(name).map(Command::new).or_else(|| missing(name))
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).map(|directory| directory.join(name)).find(|file| file.is_file())
}

/// Python with `checks.py`, unless it is missing and may be.
pub(crate) fn checks() -> Option<Command> {
    script("checks.py")
}

/// Python with `otlp_receiver.py`, unless it is missing and may be.
pub(crate) fn otlp_receiver() -> Option<Command> {
    script("otlp_receiver.py")
}

/// Python with `otlp_metrics_receiver.py`, unless it is missing and may be.
pub(crate) fn otlp_metrics_receiver() -> Option<Command> {
    script("otlp_metrics_receiver.py")
}

/// Python with `smtp_sink.py`, unless it is missing and may be.
pub(crate) fn smtp_sink() -> Option<Command> {
    script("smtp_sink.py")
}

/// Node with a script of npm's packages, unless they are missing and may be.
pub(crate) fn node(script: &str) -> Option<Command> {
    let modules = node_modules();
    let file = modules.join(script);
    if !file.is_file() {
        return missing(&format!("{script} (packages of npm)"));
    }
    let mut command = program("node")?;
    command.arg(file);
    Some(command)
}

/// Node with a script that drives a browser, unless one of them is missing and may be.
pub(crate) fn browser(script: &str) -> Option<Command> {
    let modules = node_modules();
    if !modules.join("playwright-core/index.mjs").is_file() {
        return missing("playwright-core (a package of npm)");
    }
    let chromium = ["chromium", "google-chrome"].into_iter().find_map(on_path);
    let Some(chromium) = chromium else { return missing("chromium") };
    let mut command = program("node")?;
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("components/page").join(script));
    command.env("NODE_MODULES", modules).env("CHROMIUM", chromium);
    Some(command)
}

/// Where npm's packages lie.
pub(crate) fn node_modules() -> PathBuf {
    directory_of_builds().join("components/node/node_modules")
}

/// rotel, a collector that lies in a package of Python, unless it is missing and may be.
pub(crate) fn rotel() -> Option<Command> {
    let versions = fs::read_dir(environment().join("lib")).into_iter().flatten().flatten();
    let mut programs = versions.map(|version| version.path().join("site-packages/rotel/rotel-agent"));
    programs.find(|program| program.is_file()).map(Command::new).or_else(|| missing("rotel"))
}

fn script(name: &str) -> Option<Command> {
    let python = environment().join("bin/python");
    if !python.is_file() {
        return missing("python (an environment with packages)");
    }
    let mut command = Command::new(python);
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("components").join(name));
    Some(command)
}

fn environment() -> PathBuf {
    directory_of_builds().join("components/venv")
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
