//! OTLP in HTTP requests, as protobuf or as JSON.

use ::http::HeaderValue;
use ::http::header::USER_AGENT;
use bytes::Bytes;

use super::client::Plan;
use super::encoding::Encoding;
use super::reply::Reply;
use crate::SetupError;
use crate::export::delivery::Delivery;
use crate::export::net::Mask;
use crate::export::net::http::HttpPost;
use crate::export::net::http::answer::{self, Refusal, Response};
use crate::settings::OtlpCompression;

/// Posts to one URL.
pub(super) struct HttpTransport {
    post: HttpPost,
    encoding: Encoding,
    mask: Mask,
}

impl HttpTransport {
    pub(super) fn new(plan: Plan<'_>) -> Result<Self, SetupError> {
        let Plan { target, address, mut headers, tls, mask } = plan;
        let encoding = Encoding::of(target.protocol);
        let gzip = target.compression == OtlpCompression::Gzip;
        headers.entry(USER_AGENT).or_insert(HeaderValue::from_static(super::USER_AGENT));
        let post = HttpPost::new(address.uri, tls, headers, encoding.content_type(), gzip)?;
        Ok(Self { post, encoding, mask })
    }

    pub(super) async fn send(&self, body: Bytes) -> Result<Reply, Delivery> {
        let response = self.post.send(body).await?;
        match response.status().is_success() {
            true => self.reply(response).await,
            false => Err(self.refusal(&Refusal::read(response).await)),
        }
    }

    async fn reply(&self, mut response: Response) -> Result<Reply, Delivery> {
        let foreign_type =
            answer::content_type(&response).filter(|kind| kind != self.encoding.content_type());
        Ok(Reply { body: answer::body(&mut response).await?, foreign_type })
    }

    /// The server's words are a status message, or plain text.
    fn refusal(&self, refusal: &Refusal) -> Delivery {
        let is_status = refusal.content_type.as_deref() == Some(self.encoding.content_type());
        let words = match is_status {
            true => self.encoding.explanation(refusal.body.clone()).unwrap_or_default(),
            false => refusal.text(),
        };
        refusal.delivery(&words, answer::is_passing(refusal.status), &self.mask)
    }
}
