//! What differs from signal to signal.

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceResponse;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message;

/// One kind of telemetry that OTLP carries.
pub(crate) trait Signal {
    /// The gRPC method, service included.
    const METHOD: &'static str;
    /// What comes back.
    type Reply: Message + Default;

    /// The field of a reply's JSON form that says how many items were thrown away.
    #[cfg(feature = "otlp-http")]
    const REJECTED: &'static str;

    /// How many items were thrown away, and the other side's words about it.
    fn partial_success(reply: Self::Reply) -> Option<(i64, String)>;
}

/// Spans.
#[derive(Debug)]
pub(crate) enum Traces {}

impl Signal for Traces {
    const METHOD: &'static str = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    type Reply = ExportTraceServiceResponse;
    #[cfg(feature = "otlp-http")]
    const REJECTED: &'static str = "rejectedSpans";

    fn partial_success(reply: Self::Reply) -> Option<(i64, String)> {
        reply.partial_success.map(|part| (part.rejected_spans, part.error_message))
    }
}

/// Data points of metrics.
#[derive(Debug)]
pub(crate) enum Metrics {}

impl Signal for Metrics {
    const METHOD: &'static str = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";
    type Reply = ExportMetricsServiceResponse;
    #[cfg(feature = "otlp-http")]
    const REJECTED: &'static str = "rejectedDataPoints";

    fn partial_success(reply: Self::Reply) -> Option<(i64, String)> {
        reply.partial_success.map(|part| (part.rejected_data_points, part.error_message))
    }
}
