//! The forms of a message: protobuf, and over HTTP also JSON.

use bytes::Bytes;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_sdk::trace::SpanData;
use prost::Message;

use super::encode;
use super::rpc_status::RpcStatus;
use super::signal::Signal;
use crate::export::delivery::Failure;
#[cfg(feature = "otlp-http")]
use crate::export::delivery::Reason;
use crate::export::proto::Origin;
#[cfg(feature = "otlp-http")]
use crate::export::{json, proto};
use crate::settings::OtlpProtocol;

/// How messages are written and read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Protobuf,
    #[cfg(feature = "otlp-http")]
    Json,
}

impl Encoding {
    pub(super) fn of(protocol: OtlpProtocol) -> Self {
        match protocol {
            #[cfg(feature = "otlp-http")]
            OtlpProtocol::HttpJson => Self::Json,
            _ => Self::Protobuf,
        }
    }

    #[cfg(feature = "otlp-http")]
    pub(super) const fn content_type(self) -> &'static str {
        match self {
            Self::Protobuf => "application/x-protobuf",
            Self::Json => "application/json",
        }
    }

    /// For people.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Protobuf => "protobuf",
            #[cfg(feature = "otlp-http")]
            Self::Json => "JSON",
        }
    }

    /// A batch of spans in this form.
    pub(super) fn spans(self, batch: &[SpanData], origin: &Origin) -> Result<Bytes, Failure> {
        match self {
            Self::Protobuf => Ok(encode::request(batch, origin)),
            #[cfg(feature = "otlp-http")]
            Self::Json => json::bytes(proto::request(batch, origin))
                .map(Bytes::from)
                .map_err(|error| Failure::new(Reason::Serialize, &error)),
        }
    }

    /// A request of metrics in this form.
    pub(super) fn metrics(self, request: &mut ExportMetricsServiceRequest) -> Result<Bytes, Failure> {
        match self {
            Self::Protobuf => Ok(request.encode_to_vec().into()),
            #[cfg(feature = "otlp-http")]
            Self::Json => {
                json::make_metrics_finite(request);
                let body = serde_json::to_vec(request);
                body.map(Bytes::from).map_err(|error| Failure::new(Reason::Serialize, &error))
            }
        }
    }

    /// What a reply says of items that were thrown away; `Err` if it cannot be read.
    pub(super) fn partial_success<S: Signal>(self, body: Bytes) -> Result<Option<(i64, String)>, ()> {
        match self {
            Self::Protobuf => S::Reply::decode(body).map(S::partial_success).map_err(|_| ()),
            #[cfg(feature = "otlp-http")]
            Self::Json if body.is_empty() => Ok(None),
            #[cfg(feature = "otlp-http")]
            Self::Json => partial_success_of_json(&body, S::REJECTED),
        }
    }

    /// The server's words about an error.
    #[cfg_attr(not(feature = "otlp-http"), expect(dead_code, reason = "gRPC has them in its head"))]
    pub(super) fn explanation(self, body: Bytes) -> Option<String> {
        match self {
            Self::Protobuf => RpcStatus::decode(body).ok().map(|status| status.message),
            #[cfg(feature = "otlp-http")]
            Self::Json => {
                let status: serde_json::Value = serde_json::from_slice(&body).ok()?;
                Some(status.get("message")?.as_str()?.to_owned())
            }
        }
    }
}

/// 64-bit numbers may be texts in this form.
#[cfg(feature = "otlp-http")]
fn partial_success_of_json(body: &[u8], rejected: &str) -> Result<Option<(i64, String)>, ()> {
    let reply: serde_json::Value = serde_json::from_slice(body).map_err(|_| ())?;
    let Some(part) = reply.as_object().ok_or(())?.get("partialSuccess").filter(|part| !part.is_null()) else {
        return Ok(None);
    };
    let number = part.get(rejected);
    let number = number.and_then(|number| number.as_i64().or_else(|| number.as_str()?.parse().ok()));
    let message = part.get("errorMessage").and_then(serde_json::Value::as_str).unwrap_or_default();
    Ok(Some((number.unwrap_or(0), message.to_owned())))
}
