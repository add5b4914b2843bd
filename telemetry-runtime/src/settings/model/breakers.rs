use std::time::Duration;

use crate::settings::check;
use crate::settings::choices::choices;
use crate::settings::item::Item;
use crate::settings::node::Node;
use crate::settings::problems::Problems;
use crate::settings::table::section;

section! {
    /// What a file says about one circuit breaker.
    ///
    /// Keys that are absent leave the breaker's own value alone, that of the attribute or the
    /// default.
    ///
    /// ```
    /// let yaml = "breakers: { finnhub: { failure_rate: 0.3, ignore: [not_found] } }";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// let finnhub = &settings.breakers["finnhub"];
    /// assert_eq!((finnhub.failure_rate, finnhub.open_for), (Some(0.3), None));
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
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
        /// What each failed recovery multiplies that time by, at least 1.
        pub backoff_multiplier: Option<f64> = None, check::at_least_one;
        /// The longest that it stays open, at least `open_for`.
        pub open_for_max: Option<Duration> = None, check::positive;
        /// The share of that time that is random, both ways, 0 to 1.
        pub jitter: Option<f64> = None, check::ratio;
        /// Calls let through while half open.
        pub half_open_permits: Option<u32> = None, check::positive;
        /// How long such a call may take before its permit is given to another.
        pub lease: Option<Duration> = None, check::positive;
        /// Kinds of errors that say nothing of the dependency, such as `not_found`, as in the label `error_type`.
        pub ignore: Vec<String> = Vec::new();
        /// Kinds of errors that are slow calls and not failed ones, such as `timeout`.
        pub slow_errors: Vec<String> = Vec::new();
        /// The state that it is put in when the file is loaded, and again when this key changes.
        pub state: Option<BreakerOrder> = None;
    }
}

choices! {
    /// What a file orders a breaker to do.
    pub enum BreakerOrder {
        /// Let calls pass and judge them.
        Closed = "closed",
        /// Refuse every call.
        ForcedOpen = "forced_open",
        /// Let every call pass and judge none.
        Disabled = "disabled",
        /// Let every call pass and judge it, but never open.
        MetricsOnly = "metrics_only",
    }
}

impl Item for BreakerSettings {
    fn verify(&self, node: &Node, at: &str, problems: &mut Problems) {
        if let (Some(_), Some(_), Some(calls)) = (self.window, self.window_calls, node.get("window_calls")) {
            problems.twice(&format!("{at}.window"), &format!("{at}.window_calls"), &calls.source);
        }
        if let (Some(first), Some(max), Some(given)) =
            (self.open_for, self.open_for_max, node.get("open_for_max"))
            && max < first
        {
            let allowed = format!("at least open_for, {first:?}");
            problems.invalid(&format!("{at}.open_for_max"), &given.shown(), &given.source, &allowed);
        }
        for kind in &self.ignore {
            if let Some(given) = node.get("slow_errors").filter(|_| self.slow_errors.contains(kind)) {
                let allowed = "kinds of errors that are not in `ignore`";
                problems.invalid(&format!("{at}.slow_errors"), kind, &given.source, allowed);
            }
        }
    }
}
