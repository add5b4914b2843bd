//! What an HTTP response means for a batch.

use std::time::{Duration, SystemTime};

use ::http::StatusCode;
use ::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Incoming;

use super::{retry_after, unanswered};
use crate::export::delivery::{Delivery, Failure, Reason};
use crate::export::net::{MAX_REPLY, Mask, failure};

pub(in crate::export) type Response = ::http::Response<Incoming>;

/// As much of an error's body as is looked at.
const MAX_EXPLANATION: usize = 8 << 10;

/// The status already decides, so nobody waits long for the words.
const EXPLANATION_PATIENCE: Duration = Duration::from_secs(1);

/// The whole body of an answer that matters.
pub(in crate::export) async fn body(response: &mut Response) -> Result<Bytes, Delivery> {
    let claimed = response.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    if claimed.and_then(|length| length.parse().ok()).is_some_and(|length: u64| length > MAX_REPLY as u64) {
        return Err(Delivery::refused(failure::reply_too_large()));
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = chunk(response).await.map_err(|error| unanswered(&error))? {
        if body.len() + chunk.len() > MAX_REPLY {
            return Err(Delivery::refused(failure::reply_too_large()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// Without parameters, in lower case.
pub(in crate::export) fn content_type(response: &Response) -> Option<String> {
    let value = response.headers().get(CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
}

/// The statuses that OTLP allows another try after.
pub(in crate::export) fn is_passing(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT
    )
}

/// An answer with a status other than success.
#[derive(Debug)]
pub(in crate::export) struct Refusal {
    pub(in crate::export) status: StatusCode,
    pub(in crate::export) content_type: Option<String>,
    /// How long the server asks to be left alone.
    pub(in crate::export) after: Option<Duration>,
    /// The beginning of what it says.
    pub(in crate::export) body: Bytes,
}

impl Refusal {
    pub(in crate::export) async fn read(mut response: Response) -> Self {
        let body = tokio::time::timeout(EXPLANATION_PATIENCE, beginning(&mut response)).await;
        Self {
            status: response.status(),
            content_type: content_type(&response),
            after: retry_after::parse(response.headers(), SystemTime::now()),
            body: body.unwrap_or_default(),
        }
    }

    /// The body as it stands there.
    pub(in crate::export) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// What it allows; `explanation` is the server's.
    pub(in crate::export) fn delivery(&self, explanation: &str, is_passing: bool, mask: &Mask) -> Delivery {
        let explanation = mask.quote(explanation.trim());
        let separator = if explanation.is_empty() { "" } else { ": " };
        let is_redirection = self.status.is_redirection();
        let hint = if is_redirection { "; set the endpoint that it redirects to" } else { "" };
        let message = format!("HTTP status {}{hint}{separator}{explanation}", self.status);
        let cause = Failure::new(Reason::Status, &message);
        match is_passing {
            true => Delivery::TryAgain { after: self.after, cause },
            false => Delivery::Refused { cause },
        }
    }
}

async fn beginning(response: &mut Response) -> Bytes {
    let mut body = BytesMut::new();
    while body.len() < MAX_EXPLANATION {
        let Ok(Some(chunk)) = chunk(response).await else { break };
        body.extend_from_slice(&chunk[..chunk.len().min(MAX_EXPLANATION - body.len())]);
    }
    body.freeze()
}

/// The next piece of the body; trailers say nothing here.
async fn chunk(response: &mut Response) -> hyper::Result<Option<Bytes>> {
    while let Some(frame) = response.body_mut().frame().await {
        if let Ok(data) = frame?.into_data() {
            return Ok(Some(data));
        }
    }
    Ok(None)
}
