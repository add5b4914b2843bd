//! The HTTP client of whoever calls a service.

use std::net::SocketAddr;

use reqwest::{Client, Method, Request, StatusCode, Url};
use telemetry_runtime as telemetry;
use tower::{Layer, ServiceExt};

/// Why a service gave no answer that could be used.
#[derive(Debug, thiserror::Error, telemetry::ErrorType)]
pub(crate) enum CallError {
    #[error("the service cannot be reached")]
    Unreachable(#[from] reqwest::Error),
    #[error("the service answered {0}")]
    Status(StatusCode),
}

/// A service at an address.
pub(crate) struct Service {
    /// Every request of it is a span, and hands the trace on.
    client: telemetry::HttpClientService<Client>,
    base: Url,
}

impl Service {
    pub(crate) fn new(address: SocketAddr) -> Result<Self, Box<dyn std::error::Error>> {
        let client = Client::builder().no_proxy().build()?;
        let client = telemetry::HttpClientLayer::new().layer(client);
        Ok(Self { client, base: Url::parse(&format!("http://{address}"))? })
    }

    /// Asks for `path`; any status that is no success is an error.
    pub(crate) async fn post(&self, path: &str) -> Result<String, CallError> {
        let mut address = self.base.clone();
        address.set_path(path);
        let request = Request::new(Method::POST, address);
        let response = self.client.clone().oneshot(request).await?;
        match response.status() {
            status if status.is_success() => Ok(response.text().await?),
            status => Err(CallError::Status(status)),
        }
    }
}
