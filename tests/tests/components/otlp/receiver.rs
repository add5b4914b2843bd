//! `otlp_receiver.py`, which checks what it gets and fails as it is told.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    process::Command,
};

use serde_json::Value;
use telemetry_tests::process::{Process, eventually};
use tempfile::TempDir;

use super::{IN_TIME, Protocol};
use crate::installed;

/// A receiver; whatever it takes is in files, which outlive its process.
pub(super) struct Receiver {
    ports: BTreeMap<String, u16>,
    // `None` while it is dead.
    process: Option<Process>,
    data: TempDir,
}

/// A request that has come.
#[derive(Debug)]
pub(super) struct Request {
    /// In seconds, of a clock that is never set.
    pub(super) at: f64,
    pub(super) fault: String,
    pub(super) is_accepted: bool,
    pub(super) encoding: Option<String>,
    pub(super) resources: Vec<Value>,
    pub(super) spans: Vec<Span>,
    violations: Value,
}

#[derive(Debug)]
pub(super) struct Span {
    pub(super) trace_id: String,
    pub(super) span_id: String,
    pub(super) parent_id: String,
    pub(super) name: String,
    pub(super) kind: String,
}

impl Receiver {
    /// Starts one; `None` where its packages are missing and may be.
    pub(super) fn start() -> Option<Self> {
        let mut command = installed::otlp_receiver()?;
        let data = tempfile::tempdir().expect("a directory");
        command.arg(data.path());
        let (process, ports) = listen(&mut command);
        Some(Self { ports, process: Some(process), data })
    }

    /// The same with TLS.
    pub(super) fn start_with_tls() -> Option<Self> {
        let data = tempfile::tempdir().expect("a directory");
        let ca = data.path().join("ca");
        let made = installed::otlp_receiver()?.arg("--make-ca").arg(&ca).status();
        assert!(made.is_ok_and(|status| status.success()), "there are no certificates");
        let (process, ports) = listen(installed::otlp_receiver()?.arg(data.path()).arg("--tls").arg(&ca));
        Some(Self { ports, process: Some(process), data })
    }

    /// Where it listens without TLS.
    pub(super) fn endpoint(&self, protocol: Protocol) -> String {
        match protocol {
            Protocol::Grpc => format!("http://127.0.0.1:{}", self.ports["grpc"]),
            Protocol::Http => format!("http://127.0.0.1:{}", self.ports["http"]),
        }
    }

    pub(super) fn tls_endpoint(&self, protocol: Protocol) -> String {
        match protocol {
            Protocol::Grpc => format!("https://127.0.0.1:{}", self.ports["grpcs"]),
            Protocol::Http => format!("https://localhost:{}", self.ports["https"]),
        }
    }

    pub(super) fn certificate(&self) -> PathBuf {
        self.data.path().join("ca/ca.pem")
    }

    /// What becomes of the requests from now on.
    pub(super) fn set_fault(&self, fault: &str) {
        // Never a word that is half there.
        let new = self.data.path().join("fault.new");
        fs::write(&new, fault).expect("a file");
        fs::rename(new, self.data.path().join("fault")).expect("the same directory");
    }

    /// Ends it at once, in the middle of whatever it does.
    pub(super) fn kill(&mut self) {
        self.process = None;
    }

    /// Starts it again on the same ports.
    pub(super) fn revive(&mut self) {
        let mut command = installed::otlp_receiver().expect("it was there before");
        command.arg(self.data.path());
        for name in ["grpc", "http"] {
            command.arg(format!("--{name}={}", self.ports[name]));
        }
        self.process = Some(listen(&mut command).0);
    }

    /// All requests until now.
    pub(super) fn requests(&self) -> Vec<Request> {
        let text = fs::read_to_string(self.data.path().join("requests.jsonl")).unwrap_or_default();
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        whole.lines().map(Request::parse).collect()
    }

    /// Waits for that many requests, and returns all.
    pub(super) fn wait_for(&self, count: usize) -> Vec<Request> {
        eventually(IN_TIME, || match self.requests() {
            requests if requests.len() >= count => Ok(requests),
            requests => Err(format!("{} requests instead of {count}", requests.len())),
        })
    }

    /// The ids of all spans that it has taken, each once.
    pub(super) fn taken(&self) -> BTreeSet<String> {
        let requests = self.requests();
        let spans = requests.iter().filter(|request| request.is_accepted).flat_map(|request| &request.spans);
        spans.map(|span| span.span_id.clone()).collect()
    }

    /// Waits until so many spans have come, and no more.
    pub(super) fn wait_for_spans(&self, count: u64) {
        let count = usize::try_from(count).expect("a count");
        eventually(IN_TIME, || match self.taken().len() {
            taken if taken == count => Ok(()),
            taken => Err(format!("{taken} spans came instead of {count}")),
        });
    }

    /// All log records until now.
    pub(super) fn log_records(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.data.path().join("logs.jsonl")).unwrap_or_default();
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let requests = whole.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        let records = |request: Value| {
            assert_eq!(request["violations"], Value::Array(Vec::new()));
            request["records"].as_array().cloned().unwrap_or_default()
        };
        requests.flat_map(records).collect()
    }

    pub(super) fn assert_no_violations(&self) {
        for request in self.requests() {
            assert_eq!(request.violations, Value::Array(Vec::new()));
        }
    }
}

/// The process and its ports by name.
fn listen(command: &mut Command) -> (Process, BTreeMap<String, u16>) {
    let mut process = Process::start(command).expect("Python starts");
    let ports = process.says(IN_TIME, |line| {
        let pairs = line.strip_prefix("ready ")?.split(' ').filter_map(|pair| pair.split_once('='));
        Some(pairs.map(|(name, port)| (name.to_owned(), port.parse().expect("a port"))).collect())
    });
    (process, ports)
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

impl Request {
    fn parse(line: &str) -> Self {
        let value: Value = serde_json::from_str(line).expect("JSON");
        Self {
            at: value["at"].as_f64().expect("a time"),
            fault: text(&value["fault"]),
            is_accepted: value["is_accepted"].as_bool().expect("yes or no"),
            encoding: value["encoding"].as_str().map(str::to_owned),
            resources: value["resources"].as_array().expect("a list").clone(),
            spans: value["spans"].as_array().expect("a list").iter().map(Span::parse).collect(),
            violations: value["violations"].clone(),
        }
    }

    /// The spans of a request are the same each time that it comes.
    pub(super) fn key(&self) -> Vec<&str> {
        self.spans.iter().map(|span| &*span.span_id).collect()
    }
}

impl Span {
    fn parse(value: &Value) -> Self {
        Self {
            trace_id: text(&value["trace_id"]),
            span_id: text(&value["span_id"]),
            parent_id: text(&value["parent_id"]),
            name: text(&value["name"]),
            kind: text(&value["kind"]),
        }
    }
}
