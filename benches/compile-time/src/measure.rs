//! Runs cargo on the crates and takes the time.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Command as Process, Stdio},
    time::Instant,
};

use crate::source::{self, Kind, Variant};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Check,
    Build,
}

impl Command {
    fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Build => "build",
        }
    }
}

/// The directory of the crates, and of what is built of them.
pub(crate) struct Bench {
    root: PathBuf,
    directory: PathBuf,
}

impl Bench {
    pub(crate) fn new(root: &Path) -> io::Result<Self> {
        let root = root.canonicalize()?;
        let directory = root.join("target/compile-time");
        fs::create_dir_all(&directory)?;
        Ok(Self { root, directory })
    }

    fn package(&self, kind: Kind, variant: Variant) -> PathBuf {
        self.directory.join(format!("{}-{}", kind.name(), variant.name()))
    }

    /// Writes the crate, and compiles it and its dependencies once.
    pub(crate) fn prepare(&self, kind: Kind, variant: Variant) -> Result<(), String> {
        let package = self.package(kind, variant);
        let written = (|| {
            fs::create_dir_all(package.join("src"))?;
            // The versions that the toolkit itself uses, where it uses them.
            fs::copy(self.root.join("Cargo.lock"), package.join("Cargo.lock"))?;
            fs::write(
                package.join("Cargo.toml"),
                source::manifest(kind, variant, &self.root.to_string_lossy()),
            )
        })();
        written.map_err(|error| format!("{}: {error}", package.display()))?;
        for command in [Command::Check, Command::Build] {
            self.time(kind, variant, command, u32::MAX / 2)?;
        }
        Ok(())
    }

    /// Seconds that cargo takes after the crate has changed.
    pub(crate) fn time(
        &self,
        kind: Kind,
        variant: Variant,
        command: Command,
        round: u32,
    ) -> Result<f64, String> {
        let package = self.package(kind, variant);
        let change = round * 2 + u32::from(command == Command::Build);
        let path = package.join("src/lib.rs");
        let text = source::library(kind, variant, change % 5_000);
        fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        let begun = Instant::now();
        self.cargo(&package, command)?;
        Ok(begun.elapsed().as_secs_f64())
    }

    fn cargo(&self, package: &Path, command: Command) -> Result<(), String> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut process = Process::new(cargo);
        process.args([command.name(), "--quiet"]).current_dir(package).stdin(Stdio::null());
        // Nothing of the outer build may change the inner ones; incremental ones would measure the change.
        process.env("CARGO_TARGET_DIR", self.directory.join("target")).env("CARGO_INCREMENTAL", "0");
        process.env_remove("RUSTFLAGS");
        let output = process.output().map_err(|error| format!("cargo does not start: {error}"))?;
        if output.status.success() {
            return Ok(());
        }
        Err(format!("{} does not compile:\n{}", package.display(), String::from_utf8_lossy(&output.stderr)))
    }
}
