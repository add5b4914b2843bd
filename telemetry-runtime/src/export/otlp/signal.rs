//! What differs from signal to signal.

use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use prost::Message;

/// One kind of telemetry that OTLP carries.
pub(crate) trait Signal {
    /// The gRPC method, service included.
    const METHOD: &'static str;
    /// What is sent.
    type Request: Message;
    /// What comes back.
    type Reply: Message + Default;

    /// The field of a reply's JSON form that says how many items were thrown away.
    #[cfg(feature = "otlp-http")]
    const REJECTED: &'static str;

    /// The request in its JSON form.
    #[cfg(feature = "otlp-http")]
    fn to_json(request: &Self::Request) -> serde_json::Result<Vec<u8>>;

    /// How many items were thrown away, and the other side's words about it.
    fn partial_success(reply: Self::Reply) -> Option<(i64, String)>;
}

/// Spans.
#[derive(Debug)]
pub(crate) enum Traces {}

impl Signal for Traces {
    const METHOD: &'static str = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    type Request = ExportTraceServiceRequest;
    type Reply = ExportTraceServiceResponse;
    #[cfg(feature = "otlp-http")]
    const REJECTED: &'static str = "rejectedSpans";

    #[cfg(feature = "otlp-http")]
    fn to_json(request: &ExportTraceServiceRequest) -> serde_json::Result<Vec<u8>> {
        crate::export::json::bytes(request.clone())
    }

    fn partial_success(reply: Self::Reply) -> Option<(i64, String)> {
        reply.partial_success.map(|part| (part.rejected_spans, part.error_message))
    }
}
