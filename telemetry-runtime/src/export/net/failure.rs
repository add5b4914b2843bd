//! Failures of the connection, in words.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::iter::successors;
use std::time::Duration;

use super::{MAX_REPLY, MAX_REQUEST};
use crate::export::delivery::{Failure, Reason};

/// No answer came; `error` and its sources tell why.
pub(in crate::export) fn connection(error: &(dyn Error + 'static)) -> Failure {
    let reason = match causes(error).any(nobody_listens) {
        true => Reason::Unreachable,
        false => Reason::Connection,
    };
    Failure::new(reason, &described(error))
}

/// The server took longer than `limit`.
pub(in crate::export) fn no_answer(limit: Duration) -> Failure {
    Failure::new(Reason::Timeout, &format_args!("no answer within {limit:?}"))
}

pub(in crate::export) fn request_too_large(size: usize) -> Failure {
    let message = format!("a request of {size} bytes is above the limit of {MAX_REQUEST}");
    Failure::new(Reason::TooLarge, &message)
}

pub(in crate::export) fn reply_too_large() -> Failure {
    let message = format!("the reply is above the limit of {MAX_REPLY} bytes");
    Failure::new(Reason::TooLarge, &message)
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    // Bounded, because nothing keeps an error from being its own source.
    successors(Some(error), |error| (*error).source()).take(16)
}

fn nobody_listens(error: &(dyn Error + 'static)) -> bool {
    let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
    matches!(
        kind,
        Some(ErrorKind::ConnectionRefused | ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable)
    )
}

/// Error and causes; most libraries say only "transport error" on top.
pub(in crate::export) fn described(error: &(dyn Error + 'static)) -> String {
    let mut text = String::new();
    for cause in causes(error).map(ToString::to_string) {
        if text.contains(&cause) {
            continue;
        }
        if !text.is_empty() {
            text.push_str(": ");
        }
        text.push_str(&cause);
    }
    text
}
