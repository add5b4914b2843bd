//! What the gateway deals in.

use serde::Serialize;
use utoipa::ToSchema;

/// What a symbol is worth.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct Quote {
    pub(crate) symbol: String,
    pub(crate) price: f64,
}

/// Where an answer's quote came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Source {
    /// Seen a moment ago.
    Cache,
    /// Asked of the exchange.
    Feed,
    /// The last one known, because the exchange could not be asked.
    Store,
}
