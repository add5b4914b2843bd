//! Why an OTLP exporter cannot be set up.

use crate::SetupError;
use crate::export::net::problem;
use crate::settings::OtlpProtocol;

/// Names the header only; its value is secret.
pub(super) fn header(block: &str, name: &str) -> SetupError {
    problem::invalid(
        block,
        &format!("headers.{name}"),
        "***".to_owned(),
        "a name of letters, digits and `-`, and a value without line breaks or control characters",
    )
}

pub(super) fn protocol_absent(block: &str, protocol: OtlpProtocol) -> SetupError {
    let feature = match protocol {
        OtlpProtocol::Grpc => "otlp-grpc",
        OtlpProtocol::HttpProtobuf | OtlpProtocol::HttpJson => "otlp-http",
    };
    let remedy = format!("another protocol, or the feature `{feature}` of telemetry-runtime");
    problem::invalid(block, "protocol", protocol.as_str().to_owned(), &remedy)
}
