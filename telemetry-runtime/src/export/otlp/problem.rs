//! Why an OTLP exporter cannot be set up.

use std::error::Error;
use std::io;
use std::path::Path;

use super::failure::described;
use crate::SetupError;
use crate::settings::{Endpoint, OtlpProtocol};

pub(super) fn endpoint(endpoint: &Endpoint) -> SetupError {
    invalid("endpoint", endpoint.to_string(), "a URL such as `http://localhost:4317`, scheme http or https")
}

/// Names the header only; its value is secret.
pub(super) fn header(name: &str) -> SetupError {
    invalid(
        &format!("headers.{name}"),
        "***".to_owned(),
        "a name of letters, digits and `-`, and a value without line breaks or control characters",
    )
}

pub(super) fn protocol_absent(protocol: OtlpProtocol) -> SetupError {
    let feature = match protocol {
        OtlpProtocol::Grpc => "otlp-grpc",
        OtlpProtocol::HttpProtobuf | OtlpProtocol::HttpJson => "otlp-http",
    };
    let remedy = format!("another protocol, or the feature `{feature}` of telemetry-runtime");
    invalid("protocol", protocol.as_str().to_owned(), &remedy)
}

pub(super) fn unreadable(path: &Path, source: io::Error) -> SetupError {
    SetupError::Io { what: format!("read {}", path.display()), source }
}

pub(super) fn file(key: &str, path: &Path, allowed: &str) -> SetupError {
    invalid(key, path.display().to_string(), allowed)
}

/// The files were read, but do not fit together.
pub(super) fn tls(error: &(dyn Error + 'static)) -> SetupError {
    let source = io::Error::other(described(error));
    SetupError::Io { what: "prepare TLS from the files of certificate and key".to_owned(), source }
}

fn invalid(key: &str, value: String, allowed: &str) -> SetupError {
    SetupError::InvalidValue {
        key: format!("otlp.{key}"),
        value,
        source: "OTLP exporter".to_owned(),
        allowed: allowed.to_owned(),
    }
}
