//! Sends spans to Zipkin: lists of JSON spans of its second version.
//!
//! The official exporter tells neither the status of an answer nor how long a server wants to be left alone.

mod endpoint;
mod model;
#[cfg(test)]
mod tests;

use std::time::Duration;

use ::http::header::{AUTHORIZATION, USER_AGENT};
use ::http::{HeaderMap, HeaderValue};
use bytes::Bytes;
use opentelemetry_sdk::{Resource, trace::SpanData};

use super::{
    delivery::{Delivery, Exporter, Pending},
    net::{
        Address, Mask, TlsFiles, TlsMaterial, authorization,
        http::{
            HttpPost,
            answer::{self, Refusal},
        },
    },
};
use crate::{SetupError, settings::ZipkinSettings};
use model::Sender;

const AGENT: &str = concat!("telemetry-runtime-zipkin-rust/", env!("CARGO_PKG_VERSION"));

/// The Zipkin exporter of spans.
pub(crate) struct ZipkinExporter {
    name: &'static str,
    post: HttpPost,
    timeout: Duration,
    sender: Sender,
    mask: Mask,
}

impl ZipkinExporter {
    /// Connects only once there is something to send.
    pub(crate) fn new(
        name: &'static str,
        settings: &ZipkinSettings,
        resource: &Resource,
    ) -> Result<Self, SetupError> {
        let address = Address::parse("zipkin", &settings.endpoint)?;
        let mask = Mask::new(&address, []);
        let mut headers = HeaderMap::from_iter([(USER_AGENT, HeaderValue::from_static(AGENT))]);
        headers.extend(authorization(&address).map(|value| (AUTHORIZATION, value)));
        let tls = TlsMaterial::for_address(&address, &TlsFiles::default())?;
        let post = HttpPost::new(address.uri, tls, headers, "application/json", false)?;
        Ok(Self { name, post, timeout: settings.timeout, sender: Sender::new(resource), mask })
    }

    /// Zipkin says 202 and nothing else.
    async fn send(&self, body: Bytes) -> Delivery {
        let response = match self.post.send_within(self.timeout, body).await {
            Ok(response) if response.status().is_success() => return Delivery::ACCEPTED,
            Ok(response) => response,
            Err(delivery) => return delivery,
        };
        let refusal = Refusal::read(response).await;
        refusal.delivery(&refusal.text(), answer::is_passing(refusal.status), &self.mask)
    }
}

impl Exporter for ZipkinExporter {
    fn name(&self) -> &'static str {
        self.name
    }

    fn export<'a>(&'a mut self, batch: &'a [SpanData]) -> Pending<'a, Delivery> {
        Box::pin(async move {
            match self.sender.spans(batch) {
                Ok(body) => self.send(body).await,
                Err(cause) => Delivery::refused(cause),
            }
        })
    }
}
