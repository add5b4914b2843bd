use std::time::Duration;

use crate::settings::check;
use crate::settings::item::Item;
use crate::settings::node::Node;
use crate::settings::problems::Problems;
use crate::settings::table::section;

section! {
    /// What a file says about one circuit breaker.
    ///
    /// Keys that are absent leave the breaker's own value alone, that of the attribute or the
    /// default.
    pub struct BreakerSettings {
        /// The share of failed calls that opens it, above 0, at most 1.
        pub failure_rate: Option<f64> = None, check::rate;
        /// The share of slow calls that opens it, above 0, at most 1.
        pub slow_rate: Option<f64> = None, check::rate;
        /// From when on a call is slow.
        pub slow_call: Option<Duration> = None, check::positive;
        /// The time that is judged.
        pub window: Option<Duration> = None, check::positive;
        /// The number of calls that is judged, instead of a time.
        pub window_calls: Option<u32> = None, check::positive;
        /// Calls before it may open.
        pub minimum_calls: Option<u32> = None, check::positive;
        /// How long it stays open.
        pub open_for: Option<Duration> = None, check::positive;
        /// Calls let through while half open.
        pub half_open_permits: Option<u32> = None, check::positive;
        /// How long such a call may take before its permit is given to another.
        pub lease: Option<Duration> = None, check::positive;
    }
}

impl Item for BreakerSettings {
    fn verify(&self, node: &Node, at: &str, problems: &mut Problems) {
        if let (Some(_), Some(_), Some(calls)) = (self.window, self.window_calls, node.get("window_calls")) {
            problems.twice(&format!("{at}.window"), &format!("{at}.window_calls"), &calls.source);
        }
    }
}
