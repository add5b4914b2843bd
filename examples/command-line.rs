//! A command-line program that counts lines, without a server and without a runtime:
//! `cargo run --bin command-line -- README.md Cargo.toml`.
//!
//! Nobody scrapes a program that ends after a second, so it pushes its metrics at its end, if the settings name a push
//! gateway: `TELEMETRY_METRICS_PUSH_GATEWAY_ENDPOINT=http://localhost:9091`. Spans go where `OTEL_EXPORTER_OTLP_ENDPOINT`
//! says. What it did stands on standard error.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use telemetry_runtime::{self as telemetry, Accounting, Settings, SetupError, Telemetry};

/// The kind of an [`io::Error`] is its label: `not_found`, `permission_denied`.
#[telemetry::instrument("files", fields(path = %path.display()))]
fn count_lines(path: &Path) -> io::Result<usize> {
    Ok(fs::read_to_string(path)?.lines().count())
}

/// The whole run is one call, so that its parts have a trace in common.
#[telemetry::trace("command_line", error_if = |failed| *failed > 0)]
fn run(paths: &[PathBuf]) -> usize {
    let mut failed = 0;
    for path in paths {
        match count_lines(path) {
            Ok(lines) => println!("{lines:>8} {}", path.display()),
            Err(error) => {
                eprintln!("command-line: {}: {error}", path.display());
                failed += 1;
            }
        }
    }
    failed
}

fn main() -> ExitCode {
    let telemetry = match install() {
        Ok(telemetry) => telemetry,
        Err(error) => {
            eprintln!("command-line: {error}");
            return ExitCode::from(2);
        }
    };
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let failed = run(&paths);
    // Pushes metrics and delivers spans; it takes 5 s at the most, even if nobody answers.
    if let Err(error) = telemetry.shutdown(Duration::from_secs(5)) {
        eprintln!("command-line: {error}");
    }
    eprintln!("{}", Accounting::of(&telemetry.snapshot()));
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The environment and, if there is one, `settings.yaml`.
fn install() -> Result<Telemetry, SetupError> {
    Telemetry::builder().settings(Settings::load()?).install()
}
