//! Sends spans to Azure Monitor, in the envelopes of Application Insights.
//!
//! The official exporter tries again on its own and hides what the service says of each envelope.

mod answer;
mod connection;
mod envelope;
mod mapping;
mod settling;
#[cfg(test)]
mod tests;

use std::{collections::HashSet, time::Duration};

use ::http::header::USER_AGENT;
use ::http::{HeaderMap, HeaderValue};
use bytes::Bytes;
use opentelemetry::SpanId;
use opentelemetry_sdk::{Resource, trace::SpanData};

use super::{
    delivery::{Delivery, Exporter, Failure, Pending, Reason},
    net::{
        Address, Mask, TlsFiles, TlsMaterial,
        http::{
            HttpPost,
            answer::{self as response, Refusal, Response},
        },
        problem,
    },
};
use crate::{SetupError, settings::AzureMonitorSettings};
use answer::Track;
use connection::ConnectionString;
use envelope::Envelope;
use mapping::Sender;

const AGENT: &str = concat!("telemetry-runtime-azure-monitor-rust/", env!("CARGO_PKG_VERSION"));

/// The longest that one request may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The Azure Monitor exporter of spans.
pub(crate) struct AzureMonitorExporter {
    name: &'static str,
    post: HttpPost,
    sender: Sender,
    mask: Mask,
    /// Envelopes that have arrived of spans that have not yet as a whole.
    arrived: HashSet<(SpanId, usize)>,
}

impl AzureMonitorExporter {
    /// Connects only once there is something to send.
    pub(crate) fn new(
        name: &'static str,
        settings: &AzureMonitorSettings,
        resource: &Resource,
    ) -> Result<Self, SetupError> {
        let text = settings.connection_string.clone().unwrap_or_default();
        let ConnectionString { key, track } = ConnectionString::parse(&text)?;
        // The whole text is secret, so is the address in it.
        let address = Address::parse("azure_monitor", &track).map_err(|_| {
            let allowed = "an `IngestionEndpoint` that is a URL, scheme http or https";
            problem::invalid("azure_monitor", "connection_string", "***".to_owned(), allowed)
        })?;
        let mask = Mask::new(&address, [&key, &text]);
        let headers = HeaderMap::from_iter([(USER_AGENT, HeaderValue::from_static(AGENT))]);
        let tls = TlsMaterial::for_address(&address, &TlsFiles::default())?;
        let post = HttpPost::new(address.uri, tls, headers, "application/json", true)?;
        Ok(Self { name, post, sender: Sender::new(key, resource), mask, arrived: HashSet::new() })
    }

    async fn send(&mut self, batch: &[SpanData]) -> Delivery {
        let mut envelopes = self.sender.envelopes(batch);
        let id = |envelope: &Envelope<'_>| (batch[envelope.of.0].span_context.span_id(), envelope.of.1);
        envelopes.retain(|envelope| !self.arrived.contains(&id(envelope)));
        let body = match serde_json::to_vec(&envelopes) {
            Ok(body) => Bytes::from(body),
            Err(error) => return Delivery::refused(Failure::new(Reason::Serialize, &error)),
        };
        let sent: Vec<(usize, usize)> = envelopes.iter().map(|envelope| envelope.of).collect();
        let response = match self.post.send_within(TIMEOUT, body).await {
            Ok(response) if response.status().is_success() => response,
            Ok(response) => return self.refusal(&Refusal::read(response).await),
            Err(delivery) => return delivery,
        };
        let Ok(track) = self.track(response).await else {
            let warning = "the reply cannot be read; is this an ingestion endpoint?".to_owned();
            return Delivery::Accepted { rejected: 0, warning: Some(warning) };
        };
        let settled = settling::settle(&track, &sent, batch.len());
        let arrived = settled.arrived.iter().map(|(at, nth)| (batch[*at].span_context.span_id(), *nth));
        self.arrived = arrived.collect();
        settled.delivery(&track, &self.mask)
    }

    /// The batch has arrived whatever the body says, so waiting for it has an end of its own.
    async fn track(&self, mut response: Response) -> Result<Track, ()> {
        let body = tokio::time::timeout(TIMEOUT, response::body(&mut response)).await;
        let body = body.map_err(drop)?.map_err(drop)?;
        if body.is_empty() { Ok(Track::default()) } else { serde_json::from_slice(&body).map_err(drop) }
    }

    fn refusal(&self, refusal: &Refusal) -> Delivery {
        let track: Track = serde_json::from_slice(&refusal.body).unwrap_or_default();
        let words = track.errors.first().map_or_else(|| refusal.text(), |error| error.message.clone());
        let hint = answer::hint(refusal.status);
        let separator = if hint.is_empty() || words.is_empty() { "" } else { "; " };
        let words = format!("{hint}{separator}{words}");
        refusal.delivery(&words, answer::is_passing(refusal.status.as_u16()), &self.mask)
    }
}

impl Exporter for AzureMonitorExporter {
    fn name(&self) -> &'static str {
        self.name
    }

    fn export<'a>(&'a mut self, batch: &'a [SpanData]) -> Pending<'a, Delivery> {
        Box::pin(self.send(batch))
    }
}
