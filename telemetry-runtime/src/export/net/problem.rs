//! Why an exporter cannot be set up.

use std::error::Error;
use std::io;
use std::path::Path;

use super::failure::described;
use crate::SetupError;
use crate::settings::Endpoint;

/// `block` names the settings that `endpoint` stands in.
pub(in crate::export) fn endpoint(block: &str, endpoint: &Endpoint) -> SetupError {
    invalid(
        block,
        "endpoint",
        endpoint.to_string(),
        "a URL such as `http://localhost:4317`, scheme http or https",
    )
}

pub(in crate::export) fn unreadable(path: &Path, source: io::Error) -> SetupError {
    SetupError::Io { what: format!("read {}", path.display()), source }
}

/// Only OTLP takes files.
pub(in crate::export) fn file(key: &str, path: &Path, allowed: &str) -> SetupError {
    invalid("otlp", key, path.display().to_string(), allowed)
}

/// The files were read, but do not fit together.
pub(in crate::export) fn tls(error: &(dyn Error + 'static)) -> SetupError {
    let source = io::Error::other(described(error));
    SetupError::Io { what: "prepare TLS from the files of certificate and key".to_owned(), source }
}

pub(in crate::export) fn invalid(block: &str, key: &str, value: String, allowed: &str) -> SetupError {
    SetupError::InvalidValue {
        key: format!("{block}.{key}"),
        value,
        source: "exporters".to_owned(),
        allowed: allowed.to_owned(),
    }
}
