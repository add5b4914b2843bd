//! Posts over HTTP/1, through one client.

pub(in crate::export) mod answer;
#[cfg(feature = "alerts")]
mod json_post;
mod retry_after;
#[cfg(test)]
pub(crate) mod test_server;

use std::io::Write;
#[cfg(any(feature = "zipkin", feature = "azure-monitor", feature = "alerts"))]
use std::time::Duration;

use ::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use ::http::{HeaderMap, HeaderValue, Method, Request, Response, Uri};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

#[cfg(feature = "alerts")]
pub(crate) use self::json_post::JsonPost;
#[cfg(any(feature = "zipkin", feature = "azure-monitor", feature = "alerts"))]
use super::MAX_REQUEST;
use super::{TlsMaterial, failure, problem};
use crate::SetupError;
use crate::export::delivery::Delivery;

/// Posts to one URL.
pub(in crate::export) struct HttpPost {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    url: Uri,
    headers: HeaderMap,
    gzip: bool,
}

impl HttpPost {
    /// Sends `headers` with each request, except for those that tell the form of its body.
    pub(in crate::export) fn new(
        url: Uri,
        tls: TlsMaterial,
        mut headers: HeaderMap,
        content_type: &'static str,
        gzip: bool,
    ) -> Result<Self, SetupError> {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        headers.remove(CONTENT_ENCODING);
        if gzip {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        let tls = tls.into_rustls().map_err(|error| problem::tls(&error))?;
        Ok(Self { client: client(tls), url, headers, gzip })
    }

    /// The same, unless `body` is too large or `limit` passes without an answer.
    #[cfg(any(feature = "zipkin", feature = "azure-monitor", feature = "alerts"))]
    pub(in crate::export) async fn send_within(
        &self,
        limit: Duration,
        body: Bytes,
    ) -> Result<Response<Incoming>, Delivery> {
        if body.len() > MAX_REQUEST {
            return Err(Delivery::refused(failure::request_too_large(body.len())));
        }
        let answer = tokio::time::timeout(limit, self.send(body)).await;
        answer.unwrap_or_else(|_| Err(Delivery::try_again(failure::no_answer(limit))))
    }

    /// Whatever the server answers; `Err` if it does not.
    pub(in crate::export) async fn send(&self, body: Bytes) -> Result<Response<Incoming>, Delivery> {
        self.request(Method::POST, body).await
    }

    /// The same with another method.
    pub(in crate::export) async fn request(
        &self,
        method: Method,
        body: Bytes,
    ) -> Result<Response<Incoming>, Delivery> {
        let body = if self.gzip { compress(&body) } else { body };
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = method;
        *request.uri_mut() = self.url.clone();
        *request.headers_mut() = self.headers.clone();
        self.client.request(request).await.map_err(|error| unanswered(&error))
    }
}

/// A client that follows no redirect: that would carry our headers to a server that nobody chose.
fn client(tls: rustls::ClientConfig) -> Client<HttpsConnector<HttpConnector>, Full<Bytes>> {
    let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().build();
    Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        // Attempts that nobody counts are attempts that nobody can account for.
        .retry_canceled_requests(false)
        .build(connector)
}

/// No answer at all: it may be sent again.
fn unanswered(error: &(dyn std::error::Error + 'static)) -> Delivery {
    Delivery::try_again(failure::connection(error))
}

/// Fast, because this thread serves all exporters; a slower level saves little on spans.
fn compress(body: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
    // Writing to memory cannot fail.
    drop(encoder.write_all(body));
    encoder.finish().unwrap_or_default().into()
}
