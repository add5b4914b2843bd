//! The market gateway that the tests look at.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    process::Command,
    sync::Once,
    time::Duration,
};

use telemetry_tests::process::{Ended, Process};
use tempfile::TempDir;

use crate::{
    http::{self, Answer},
    installed::directory_of_builds,
};

const SOON: Duration = Duration::from_secs(30);

/// The time in which the gateway drains and flushes, and some more.
const STOP: Duration = Duration::from_secs(10 + 5 + 5);

const FREE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// A market gateway that runs.
pub(crate) struct Gateway {
    pub(crate) address: SocketAddr,
    process: Process,
    // Removed after the process has ended.
    _data: TempDir,
}

impl Gateway {
    /// Runs it on a free port, with nothing of this machine's settings.
    pub(crate) fn run(arguments: &[&str]) -> Self {
        Self::run_with(arguments, &[])
    }

    /// The same with these variables, and no others.
    pub(crate) fn run_with(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        Self::run_at(FREE, arguments, variables)
    }

    /// The same at this address; port 0 is a free one.
    pub(crate) fn run_at(listen: SocketAddr, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let data = tempfile::tempdir().expect("a directory");
        let mut command = Self::command();
        command.args(["--listen", &listen.to_string(), "--data"]).arg(data.path()).args(arguments);
        // Lines are looked for among those that the gateway itself writes.
        command.env_clear().env("TELEMETRY_LOGS_CONSOLE", "false");
        command.current_dir(data.path()).envs(variables.iter().copied());
        let mut process = Process::start(&mut command).expect("the gateway starts");
        let address = process.says(SOON, |line| {
            let url = line.strip_prefix("metrics")?.trim();
            url.strip_prefix("http://")?.strip_suffix("/metrics")?.parse().ok()
        });
        Self { address, process, _data: data }
    }

    /// The program, built.
    pub(crate) fn command() -> Command {
        build();
        Command::new(directory_of_builds().join(PROFILE).join("market-gateway"))
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        http::get(self.address, path).expect("an answer")
    }

    /// The exposition in the text format.
    pub(crate) fn metrics(&self) -> String {
        self.get("/metrics").body
    }

    /// Waits until it has sent all that it was to send, and tells what became of it.
    pub(crate) fn tally(&mut self) -> Tally {
        self.process.says(Duration::from_secs(60), Tally::parse)
    }

    /// The most memory that it has had so far, in KiB.
    pub(crate) fn highest_memory_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()));
        let status = status.expect("a running process");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the high-water mark");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }

    pub(crate) fn interrupt(self) -> Ended {
        self.process.interrupt(STOP)
    }

    pub(crate) fn terminate(self) -> Ended {
        self.process.terminate(STOP)
    }
}

/// What became of the requests of `--load` and `--requests`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) sent: u32,
    pub(crate) successes: u32,
    pub(crate) client_errors: u32,
    pub(crate) server_errors: u32,
    pub(crate) failures: u32,
}

impl Tally {
    /// `load: 300 requests sent: 284 answered 2xx, 11 4xx, 5 5xx, 0 failed`
    pub(crate) fn parse(line: &str) -> Option<Self> {
        let rest = line.strip_prefix("load: ")?;
        let mut numbers = rest.split(' ').filter_map(|word| word.parse().ok());
        let mut next = || numbers.next();
        Some(Self {
            sent: next()?,
            successes: next()?,
            client_errors: next()?,
            server_errors: next()?,
            failures: next()?,
        })
    }

    pub(crate) fn answered(&self) -> u32 {
        self.successes + self.client_errors + self.server_errors
    }
}

/// As this test was built.
const PROFILE: &str = if cfg!(debug_assertions) { "debug" } else { "release" };

/// Builds the gateway as it is now; `cargo test` may have built one beside this test, or an older one may lie there.
fn build() {
    static BUILT: Once = Once::new();
    BUILT.call_once(|| {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(["build", "--quiet", "--bin", "market-gateway", "--manifest-path"]);
        command.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"));
        command.arg("--target-dir").arg(directory_of_builds());
        if !cfg!(debug_assertions) {
            command.arg("--release");
        }
        assert!(command.status().is_ok_and(|status| status.success()), "the gateway does not build");
    });
}
