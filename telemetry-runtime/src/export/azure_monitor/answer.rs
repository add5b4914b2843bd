//! What the service answers about each envelope.

use ::http::StatusCode;
use serde::Deserialize;

/// The body of an answer that takes envelopes one by one.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Track {
    items_received: usize,
    items_accepted: usize,
    pub(super) errors: Vec<ItemError>,
}

/// Why an envelope was not taken.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ItemError {
    /// Its place in the request.
    pub(super) index: usize,
    pub(super) status_code: u16,
    pub(super) message: String,
}

impl Track {
    /// Envelopes that were not taken and of which it does not say which.
    pub(super) fn unnamed(&self) -> usize {
        self.items_received.saturating_sub(self.items_accepted).saturating_sub(self.errors.len())
    }
}

/// Whether the same may be taken later. Not so where the quota is used up (402, once 439): that lasts for hours.
pub(super) fn is_passing(status: u16) -> bool {
    matches!(status, 408 | 429 | 500 | 502 | 503 | 504)
}

/// What the number alone does not say.
pub(super) fn hint(status: StatusCode) -> &'static str {
    match status.as_u16() {
        402 | 439 => "the quota of the resource is used up",
        400 | 401 | 403 | 404 => "is the connection string that of the resource?",
        _ => "",
    }
}
