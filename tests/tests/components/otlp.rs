//! Spans of the gateway at receivers of OTLP.

#[path = "otlp/account.rs"]
mod account;
#[path = "otlp/end.rs"]
mod end;
#[path = "otlp/exemplars.rs"]
mod exemplars;
#[path = "otlp/faults.rs"]
mod faults;
#[path = "otlp/latency.rs"]
mod latency;
#[path = "otlp/neighbours.rs"]
mod neighbours;
#[path = "otlp/receiver.rs"]
mod receiver;
#[path = "otlp/rotel.rs"]
mod rotel;
#[path = "otlp/wire.rs"]
mod wire;

use std::{fmt, thread, time::Duration};

/// The machine may be busy.
const IN_TIME: Duration = Duration::from_secs(30);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protocol {
    Grpc,
    Http,
}

impl Protocol {
    /// As `OTEL_EXPORTER_OTLP_PROTOCOL` names it.
    fn name(self) -> &'static str {
        match self {
            Self::Grpc => "grpc",
            Self::Http => "http/protobuf",
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Over both protocols at once, because these tests mostly wait.
fn over_both(test: impl Fn(Protocol) + Sync) {
    let name = thread::current().name().unwrap_or("a test").to_owned();
    thread::scope(|scope| {
        for protocol in [Protocol::Grpc, Protocol::Http] {
            let test = &test;
            let builder = thread::Builder::new().name(format!("{name} over {protocol}"));
            builder.spawn_scoped(scope, move || test(protocol)).expect("a thread");
        }
    });
}
