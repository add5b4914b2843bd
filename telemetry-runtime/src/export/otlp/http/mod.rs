//! OTLP in HTTP requests, as protobuf or as JSON.

mod answer;
mod retry_after;

use std::io::Write;

use ::http::header::{CONTENT_ENCODING, CONTENT_TYPE, USER_AGENT};
use ::http::{HeaderMap, HeaderValue, Method, Request, Uri};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::client::Plan;
use super::encoding::Encoding;
use super::failure;
use super::mask::Mask;
use super::problem;
use super::reply::Reply;
use crate::SetupError;
use crate::export::delivery::Delivery;
use crate::settings::OtlpCompression;

/// Posts to one URL.
pub(super) struct HttpTransport {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    url: Uri,
    headers: HeaderMap,
    encoding: Encoding,
    gzip: bool,
    mask: Mask,
}

impl HttpTransport {
    pub(super) fn new(plan: Plan<'_>) -> Result<Self, SetupError> {
        let Plan { target, address, mut headers, tls, mask } = plan;
        let url = address.uri;
        let encoding = Encoding::of(target.protocol);
        let gzip = target.compression == OtlpCompression::Gzip;
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(encoding.content_type()));
        headers.remove(CONTENT_ENCODING);
        if gzip {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        headers.entry(USER_AGENT).or_insert(HeaderValue::from_static(super::USER_AGENT));
        let tls = tls.into_rustls().map_err(|error| problem::tls(&error))?;
        Ok(Self { client: client(tls), url, headers, encoding, gzip, mask })
    }

    pub(super) async fn send(&self, body: Bytes) -> Result<Reply, Delivery> {
        let body = if self.gzip { compress(&body) } else { body };
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.url.clone();
        *request.headers_mut() = self.headers.clone();
        match self.client.request(request).await {
            Ok(response) if response.status().is_success() => answer::reply(response, self.encoding).await,
            Ok(response) => Err(answer::refusal(response, self.encoding, &self.mask).await),
            Err(error) => Err(unanswered(&error)),
        }
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
