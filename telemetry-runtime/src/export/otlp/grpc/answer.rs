//! What a gRPC status means for a batch.

use std::error::Error;
use std::time::Duration;

use prost::Message;
use tonic::{Code, Status};

use super::retry_info;
use crate::export::delivery::{Delivery, Failure, Reason};
use crate::export::net::{Mask, failure};
use crate::export::otlp::rpc_status::RpcStatus;

/// How tonic words what no server said: it has no other sign for a reply above the limit, ...
const TOO_LARGE: &str = "Error, decoded message length too large";
/// ... nor for one that was cut off before its status.
const CUT_OFF: &str = "protocol error: missing grpc-status trailer";

/// What a status other than success allows.
pub(super) fn refusal(status: &Status, mask: &Mask) -> Delivery {
    // Only what happened on our side has a cause.
    if let Some(cause) = status.source() {
        return Delivery::try_again(failure::connection(cause));
    }
    match status.code() {
        Code::OutOfRange if status.message().starts_with(TOO_LARGE) => {
            Delivery::refused(failure::reply_too_large())
        }
        Code::Unknown if status.message().starts_with(CUT_OFF) => {
            Delivery::try_again(Failure::new(Reason::Connection, &"the reply ended before its status"))
        }
        code => answered(code, status, mask),
    }
}

fn answered(code: Code, status: &Status, mask: &Mask) -> Delivery {
    let explanation = mask.quote(status.message().trim());
    let separator = if explanation.is_empty() { "" } else { ": " };
    let message = format!("gRPC status {code:?}{separator}{explanation}");
    let cause = Failure::new(Reason::Status, &message);
    let delay = retry_delay(status);
    let after = delay.filter(|delay| !delay.is_zero());
    match code {
        Code::Cancelled
        | Code::DeadlineExceeded
        | Code::Aborted
        | Code::OutOfRange
        | Code::Unavailable
        | Code::DataLoss => Delivery::TryAgain { after, cause },
        // Without permission to return, the quota is used up for good.
        Code::ResourceExhausted if delay.is_some() => Delivery::TryAgain { after, cause },
        _ => Delivery::Refused { cause },
    }
}

fn retry_delay(status: &Status) -> Option<Duration> {
    retry_info::delay(&RpcStatus::decode(status.details()).ok()?)
}
