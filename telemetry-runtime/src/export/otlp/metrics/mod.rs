//! Sends metrics over OTLP.

mod convert;
mod names;
#[cfg(all(test, feature = "otlp-http"))]
mod tests;

use std::time::SystemTime;

use opentelemetry_sdk::Resource;

use self::convert::Points;
use super::{client::OtlpClient, signal::Metrics};
use crate::{
    SetupError,
    export::{
        delivery::{Delivery, Pending},
        net::TlsFiles,
        proto::Origin,
        readers::MetricSink,
    },
    metrics::Snapshot,
    settings::{OtlpTarget, Temporality},
};

/// The OTLP exporter of metrics.
#[derive(Debug)]
pub(crate) struct OtlpMetricExporter {
    client: OtlpClient,
    origin: Origin,
    /// When the program began to count.
    start: SystemTime,
    temporality: Temporality,
    /// What the receiver has, and since when; only looked at for deltas.
    delivered: Option<(Snapshot, SystemTime)>,
}

impl OtlpMetricExporter {
    /// Reads the files of `tls`, but connects only once there is something to send.
    pub(crate) fn new(
        target: &OtlpTarget,
        tls: &TlsFiles,
        resource: &Resource,
        start: SystemTime,
        temporality: Temporality,
    ) -> Result<Self, SetupError> {
        let (client, origin) = (OtlpClient::new(target, tls)?, Origin::from(resource));
        Ok(Self { client, origin, start, temporality, delivered: None })
    }

    fn points<'a>(&'a self, snapshot: &'a Snapshot, now: SystemTime) -> Points<'a> {
        let is_delta = self.temporality == Temporality::Delta;
        let before = self.delivered.as_ref().filter(|_| is_delta);
        let start = before.map_or(self.start, |(_, at)| *at);
        Points::new(snapshot, before.map(|(snapshot, _)| snapshot), is_delta, start, now)
    }
}

impl MetricSink for OtlpMetricExporter {
    fn export<'a>(&'a mut self, snapshot: &'a Snapshot) -> Pending<'a, Delivery> {
        Box::pin(async move {
            let now = SystemTime::now();
            let (mut request, points) = self.points(snapshot, now).request(&self.origin);
            let request = match self.client.encoding().metrics(&mut request) {
                Ok(request) => request,
                Err(cause) => return Delivery::refused(cause),
            };
            let delivery = self.client.send::<Metrics>(request, points).await;
            if let Delivery::Accepted { .. } = delivery {
                self.delivered = (self.temporality == Temporality::Delta).then(|| (snapshot.clone(), now));
            }
            delivery
        })
    }
}
