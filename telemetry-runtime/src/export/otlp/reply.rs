//! What a successful reply says about the batch.

use bytes::Bytes;

use super::encoding::Encoding;
use super::signal::Signal;
use crate::export::delivery::Delivery;
use crate::export::net::Mask;

/// The body of a reply whose status says success.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) body: Bytes,
    /// What the body claims to be, where that is not what the request was.
    pub(super) foreign_type: Option<String>,
}

/// The batch has arrived whatever the body says: sending it again would only double it.
pub(super) fn delivery<S: Signal>(reply: &Reply, encoding: Encoding, items: u64, mask: &Mask) -> Delivery {
    if let (Some(foreign), false) = (&reply.foreign_type, reply.body.is_empty()) {
        let foreign = mask.quote(foreign);
        return warn(format!(
            "the reply is not {} but `{foreign}`; is this an OTLP endpoint?",
            encoding.name()
        ));
    }
    let Ok(partial_success) = encoding.partial_success::<S>(reply.body.clone()) else {
        return warn("the reply cannot be decoded; is this an OTLP endpoint?".to_owned());
    };
    let Some((rejected, message)) = partial_success else { return Delivery::ACCEPTED };
    let warning = (!message.trim().is_empty()).then(|| mask.quote(&message));
    // Neither less than none nor more than were sent, whatever the server counts.
    let rejected = u64::try_from(rejected).unwrap_or(0).min(items);
    Delivery::Accepted { rejected, warning }
}

fn warn(text: String) -> Delivery {
    Delivery::Accepted { rejected: 0, warning: Some(text) }
}
