//! The families that adapters feed by hand.

use crate::metrics::{Counter, own_counter};

/// The families that adapters feed by hand, made together so that each of them is described from then on.
#[derive(Clone, Debug)]
pub(super) struct Families {
    pub(super) cache_hits: Counter<2>,
    pub(super) cache_misses: Counter<2>,
    pub(super) data_volume: Counter<2>,
    pub(super) rate_limited: Counter<1>,
    pub(super) connection_errors: Counter<1>,
    pub(super) timeouts: Counter<2>,
}

impl Families {
    pub(super) fn new() -> Self {
        Self {
            cache_hits: own_counter(
                "adapter_cache_hits_total",
                "Values that were in the cache.",
                ["provider", "cache_type"],
            ),
            cache_misses: own_counter(
                "adapter_cache_misses_total",
                "Values that were not in the cache.",
                ["provider", "cache_type"],
            ),
            data_volume: own_counter(
                "adapter_data_volume_total",
                "Data that was moved, in bytes.",
                ["provider", "data_type"],
            ),
            rate_limited: own_counter(
                "adapter_rate_limited_total",
                "Calls that the provider refused because there were too many.",
                ["provider"],
            ),
            connection_errors: own_counter(
                "adapter_connection_errors_total",
                "Connections that could not be made, or broke.",
                ["provider"],
            ),
            timeouts: own_counter(
                "adapter_timeouts_total",
                "Calls that got no answer in time.",
                ["provider", "operation"],
            ),
        }
    }
}
