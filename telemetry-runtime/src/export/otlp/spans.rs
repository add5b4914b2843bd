//! Sends spans over OTLP.

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanData;

use super::client::OtlpClient;
use super::signal::Traces;
use crate::SetupError;
use crate::export::delivery::{Delivery, Exporter, Pending};
use crate::export::net::TlsFiles;
use crate::export::proto::Origin;
use crate::settings::OtlpTarget;

/// The OTLP exporter of spans; Jaeger takes the same.
#[derive(Debug)]
pub(crate) struct OtlpExporter {
    name: &'static str,
    client: OtlpClient,
    origin: Origin,
}

impl OtlpExporter {
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

impl Exporter for OtlpExporter {
    fn name(&self) -> &'static str {
        self.name
    }

    fn export<'a>(&'a mut self, batch: &'a [SpanData]) -> Pending<'a, Delivery> {
        Box::pin(async move {
            match self.client.encoding().spans(batch, &self.origin) {
                Ok(request) => self.client.send::<Traces>(request, batch.len() as u64).await,
                Err(cause) => Delivery::refused(cause),
            }
        })
    }
}
