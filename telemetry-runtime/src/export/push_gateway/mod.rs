//! Pushes metrics to a Prometheus push gateway, for programs that end before anybody scrapes them.

mod group;
#[cfg(test)]
mod tests;

use std::time::Duration;

use ::http::{HeaderMap, Method, header::AUTHORIZATION};
use bytes::Bytes;

use self::group::group;
use super::{
    delivery::{Delivery, Failure, Pending},
    net::{
        Address, MAX_REQUEST, Mask, TlsFiles, TlsMaterial, authorization, failure,
        http::{
            HttpPost,
            answer::{self, Refusal},
        },
    },
    readers::MetricSink,
};
use crate::{
    SetupError,
    metrics::Snapshot,
    prometheus::{Format, render},
    settings::{Endpoint, PushGatewaySettings},
};

/// The exporter of metrics to a push gateway.
pub(crate) struct PushGateway {
    post: HttpPost,
    timeout: Duration,
    mask: Mask,
    deletes: bool,
    /// Kept, because growing it costs more than writing it.
    text: String,
}

impl PushGateway {
    /// Connects only once there is something to push; `service` is the job unless the settings name one.
    pub(crate) fn new(
        endpoint: &Endpoint,
        settings: &PushGatewaySettings,
        service: &str,
        timeout: Duration,
    ) -> Result<Self, SetupError> {
        let job = settings.job.as_deref().unwrap_or(service);
        let endpoint = endpoint.with_path(&group(job, &settings.grouping));
        let address = Address::parse("metrics.push_gateway", &endpoint)?;
        let mask = Mask::new(&address, []);
        let headers = HeaderMap::from_iter(authorization(&address).map(|value| (AUTHORIZATION, value)));
        let tls = TlsMaterial::for_address(&address, &TlsFiles::default())?;
        let post = HttpPost::new(address.uri, tls, headers, Format::Text.content_type(), false)?;
        Ok(Self { post, timeout, mask, deletes: settings.delete_on_shutdown, text: String::new() })
    }

    async fn send(&self, method: Method, body: Bytes) -> Delivery {
        let answer = tokio::time::timeout(self.timeout, self.post.request(method, body)).await;
        let response = match answer {
            Ok(Ok(response)) if response.status().is_success() => return Delivery::ACCEPTED,
            Ok(Ok(response)) => response,
            Ok(Err(delivery)) => return delivery,
            Err(_) => return Delivery::try_again(failure::no_answer(self.timeout)),
        };
        let refusal = Refusal::read(response).await;
        refusal.delivery(&refusal.text(), answer::is_passing(refusal.status), &self.mask)
    }
}

impl MetricSink for PushGateway {
    /// Replaces the whole group, so that series that are gone do not stay there.
    fn export<'a>(&'a mut self, snapshot: &'a Snapshot) -> Pending<'a, Delivery> {
        Box::pin(async move {
            self.text.clear();
            render(snapshot, Format::Text, &mut self.text);
            if self.text.len() > MAX_REQUEST {
                return Delivery::refused(failure::request_too_large(self.text.len()));
            }
            self.send(Method::PUT, Bytes::copy_from_slice(self.text.as_bytes())).await
        })
    }

    fn shutdown(&mut self) -> Pending<'_, Result<(), Failure>> {
        Box::pin(async move {
            if !self.deletes {
                return Ok(());
            }
            match self.send(Method::DELETE, Bytes::new()).await {
                Delivery::Accepted { .. } => Ok(()),
                Delivery::Partly { cause, .. }
                | Delivery::TryAgain { cause, .. }
                | Delivery::Refused { cause } => Err(cause),
            }
        })
    }
}
