//! A real collector stands between the gateway and the receiver.

use std::{fs, net::TcpListener};

use telemetry_tests::process::{Process, eventually};
use tempfile::TempDir;

use super::{IN_TIME, Protocol, over_both, receiver::Receiver, wire::assert_arrives};
use crate::installed;

pub(super) struct Rotel {
    pub(super) endpoint: String,
    _process: Process,
    // Removed after the process has ended.
    _data: TempDir,
}

impl Rotel {
    /// Forwards what comes over a protocol to the receiver; `None` where it is missing and may be.
    pub(super) fn start(protocol: Protocol, receiver: &Receiver) -> Option<Self> {
        let data = tempfile::tempdir().expect("a directory");
        let mut command = installed::rotel()?;
        let [grpc, http] = free_addresses();
        command.current_dir(data.path()).env_clear().args(["start", "--pid-file", "rotel.pid"]);
        command.args(["--log-file", "rotel.log", "--batch-timeout", "100ms", "--exporter", "otlp"]);
        command.args(["--otlp-grpc-endpoint", &grpc, "--otlp-http-endpoint", &http]);
        command.args(["--otlp-exporter-endpoint", &receiver.endpoint(Protocol::Grpc)]);
        let process = Process::start(&mut command).expect("rotel starts");
        let address = if protocol == Protocol::Grpc { grpc } else { http };
        eventually(IN_TIME, || {
            let log = || fs::read_to_string(data.path().join("rotel.log")).unwrap_or_default();
            std::net::TcpStream::connect(&address).map_err(|error| format!("{error}: {}", log()))
        });
        Some(Self { endpoint: format!("http://{address}"), _process: process, _data: data })
    }
}

/// It does not tell which ports it has, so that they cannot be its own choice.
fn free_addresses() -> [String; 2] {
    // Both are held until both are known.
    let listeners = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").expect("a free port"));
    listeners.map(|listener| listener.local_addr().expect("an address").to_string())
}

#[test]
fn rotel_forwards_everything() {
    over_both(|protocol| {
        let Some(receiver) = Receiver::start() else { return };
        let Some(rotel) = Rotel::start(protocol, &receiver) else { return };
        let variables = [("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")];
        assert_arrives(&receiver, &rotel.endpoint, protocol, &variables);
    });
}

#[test]
fn rotel_forwards_json() {
    let Some(receiver) = Receiver::start() else { return };
    let Some(rotel) = Rotel::start(Protocol::Http, &receiver) else { return };
    let variables = [("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")];
    assert_arrives(&receiver, &rotel.endpoint, Protocol::Http, &variables);
}
