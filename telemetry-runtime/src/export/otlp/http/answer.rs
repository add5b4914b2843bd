//! What an HTTP response means for a batch.

use std::time::{Duration, SystemTime};

use ::http::StatusCode;
use ::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Incoming;

use super::{retry_after, unanswered};
use crate::export::delivery::{Delivery, Failure, Reason};
use crate::export::otlp::encoding::Encoding;
use crate::export::otlp::mask::Mask;
use crate::export::otlp::reply::Reply;
use crate::export::otlp::{MAX_REPLY, failure};

type Response = ::http::Response<Incoming>;

/// As much of an error's body as is looked at.
const MAX_EXPLANATION: usize = 8 << 10;

/// The status already decides, so nobody waits long for the words.
const EXPLANATION_PATIENCE: Duration = Duration::from_secs(1);

/// The body of a success.
pub(super) async fn reply(mut response: Response, encoding: Encoding) -> Result<Reply, Delivery> {
    let claimed = response.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    if claimed.and_then(|length| length.parse().ok()).is_some_and(|length: u64| length > MAX_REPLY as u64) {
        return Err(Delivery::refused(failure::reply_too_large()));
    }
    let content_type = content_type(&response);
    let mut body = BytesMut::new();
    while let Some(chunk) = chunk(&mut response).await.map_err(|error| unanswered(&error))? {
        if body.len() + chunk.len() > MAX_REPLY {
            return Err(Delivery::refused(failure::reply_too_large()));
        }
        body.extend_from_slice(&chunk);
    }
    let foreign_type = content_type.filter(|kind| kind != encoding.content_type());
    Ok(Reply { body: body.freeze(), foreign_type })
}

/// What a status other than success allows.
pub(super) async fn refusal(response: Response, encoding: Encoding, mask: &Mask) -> Delivery {
    let status = response.status();
    let after = retry_after::parse(response.headers(), SystemTime::now());
    let explanation = match tokio::time::timeout(EXPLANATION_PATIENCE, explanation(response, encoding)).await
    {
        Ok(text) => mask.quote(text.trim()),
        Err(_) => String::new(),
    };
    let separator = if explanation.is_empty() { "" } else { ": " };
    let hint = if status.is_redirection() { "; set the endpoint that it redirects to" } else { "" };
    let message = format!("HTTP status {status}{hint}{separator}{explanation}");
    let cause = Failure::new(Reason::Status, &message);
    match status {
        StatusCode::TOO_MANY_REQUESTS
        | StatusCode::BAD_GATEWAY
        | StatusCode::SERVICE_UNAVAILABLE
        | StatusCode::GATEWAY_TIMEOUT => Delivery::TryAgain { after, cause },
        _ => Delivery::Refused { cause },
    }
}

/// The server's words: a status message, or plain text.
async fn explanation(mut response: Response, encoding: Encoding) -> String {
    let is_status = content_type(&response).as_deref() == Some(encoding.content_type());
    let body = beginning(&mut response).await;
    if is_status {
        return encoding.explanation(body).unwrap_or_default();
    }
    String::from_utf8_lossy(&body).into_owned()
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

/// Without parameters, in lower case.
fn content_type(response: &Response) -> Option<String> {
    let value = response.headers().get(CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
}
