//! Sends log records over OTLP.

use bytes::Bytes;
use opentelemetry_proto::tonic::{
    collector::logs::v1::{ExportLogsServiceRequest, ExportLogsServiceResponse},
    common::v1::{self as common, any_value},
    logs::v1 as proto,
};
use opentelemetry_sdk::Resource;
use prost::Message;
use tracing::Level;

use super::client::OtlpClient;
use super::encoding::Encoding;
use super::signal::Signal;
use crate::SetupError;
use crate::export::delivery::{Delivery, Exporter, Failure, Pending};
use crate::export::net::TlsFiles;
use crate::export::proto::{Origin, attributes, key_value, unix_nanos};
use crate::export::{LogRecord, SharedRecord};
use crate::settings::OtlpTarget;

/// Log records.
#[derive(Debug)]
pub(super) enum Logs {}

impl Signal for Logs {
    const METHOD: &'static str = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";
    type Reply = ExportLogsServiceResponse;
    #[cfg(feature = "otlp-http")]
    const REJECTED: &'static str = "rejectedLogRecords";

    fn partial_success(reply: Self::Reply) -> Option<(i64, String)> {
        reply.partial_success.map(|part| (part.rejected_log_records, part.error_message))
    }
}

/// The OTLP exporter of log records.
#[derive(Debug)]
pub(crate) struct OtlpLogExporter {
    name: &'static str,
    client: OtlpClient,
    origin: Origin,
}

impl OtlpLogExporter {
    /// Reads the files of `tls`, but connects only once there is something to send.
    pub(crate) fn new(
        name: &'static str,
        target: &OtlpTarget,
        tls: &TlsFiles,
        resource: &Resource,
    ) -> Result<Self, SetupError> {
        Ok(Self { name, client: OtlpClient::new(target, tls)?, origin: Origin::from(resource) })
    }
}

impl Exporter<SharedRecord> for OtlpLogExporter {
    fn name(&self) -> &'static str {
        self.name
    }

    fn export<'a>(&'a mut self, batch: &'a [SharedRecord]) -> Pending<'a, Delivery> {
        Box::pin(async move {
            match encoded(self.client.encoding(), request(batch, &self.origin)) {
                Ok(request) => self.client.send::<Logs>(request, batch.len() as u64).await,
                Err(cause) => Delivery::refused(cause),
            }
        })
    }
}

#[cfg_attr(
    not(feature = "otlp-http"),
    expect(clippy::unnecessary_wraps, clippy::needless_pass_by_value, reason = "JSON may fail")
)]
fn encoded(encoding: Encoding, request: ExportLogsServiceRequest) -> Result<Bytes, Failure> {
    match encoding {
        Encoding::Protobuf => Ok(request.encode_to_vec().into()),
        #[cfg(feature = "otlp-http")]
        Encoding::Json => crate::export::json::bytes(request)
            .map(Bytes::from)
            .map_err(|error| Failure::new(crate::export::delivery::Reason::Serialize, &error)),
    }
}

/// One request for a batch; a target is the scope of its records.
fn request(batch: &[SharedRecord], origin: &Origin) -> ExportLogsServiceRequest {
    let mut scopes: Vec<proto::ScopeLogs> = Vec::new();
    for record in batch {
        let is_own =
            |logs: &proto::ScopeLogs| logs.scope.as_ref().is_some_and(|scope| scope.name == record.target);
        let place = scopes.iter().position(is_own).unwrap_or_else(|| {
            let scope = common::InstrumentationScope {
                name: record.target.clone().into_owned(),
                ..common::InstrumentationScope::default()
            };
            scopes.push(proto::ScopeLogs { scope: Some(scope), ..proto::ScopeLogs::default() });
            scopes.len() - 1
        });
        scopes[place].log_records.push(converted(record));
    }
    let resource_logs = proto::ResourceLogs {
        resource: Some(origin.resource.clone()),
        scope_logs: scopes,
        schema_url: origin.schema_url.clone(),
    };
    ExportLogsServiceRequest { resource_logs: vec![resource_logs] }
}

fn converted(record: &LogRecord) -> proto::LogRecord {
    let body = any_value::Value::StringValue(record.message.clone());
    let mut all = attributes(&record.fields);
    let file = record.file.as_ref().map(|file| ("code.file.path", file.clone().into_owned().into()));
    let line = record.line.map(|line| ("code.line.number", opentelemetry::Value::from(i64::from(line))));
    let place = [file, line].into_iter().flatten();
    all.extend(place.map(|(key, value)| key_value(&opentelemetry::KeyValue::new(key, value))));
    let nanos = unix_nanos(record.time);
    proto::LogRecord {
        time_unix_nano: nanos,
        observed_time_unix_nano: nanos,
        severity_number: severity(record.level) as i32,
        severity_text: record.level.as_str().to_owned(),
        body: Some(common::AnyValue { value: Some(body) }),
        attributes: all,
        dropped_attributes_count: record.dropped_fields,
        flags: record.span.map_or(0, |span| u32::from(span.flags.to_u8())),
        trace_id: record.span.map_or_else(Vec::new, |span| span.trace_id.to_bytes().to_vec()),
        span_id: record.span.map_or_else(Vec::new, |span| span.span_id.to_bytes().to_vec()),
        event_name: String::new(),
    }
}

fn severity(level: Level) -> proto::SeverityNumber {
    match level {
        Level::ERROR => proto::SeverityNumber::Error,
        Level::WARN => proto::SeverityNumber::Warn,
        Level::INFO => proto::SeverityNumber::Info,
        Level::DEBUG => proto::SeverityNumber::Debug,
        Level::TRACE => proto::SeverityNumber::Trace,
    }
}
