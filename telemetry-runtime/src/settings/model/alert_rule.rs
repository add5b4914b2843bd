use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::settings::check;
use crate::settings::choices::choices;
use crate::settings::duration;
use crate::settings::item::Item;
use crate::settings::node::Node;
use crate::settings::problems::Problems;
use crate::settings::table::section;

section! {
    /// A metric that is watched, and from when on it is an alert.
    ///
    /// `Display` writes it as one expression, which is also its name unless it has another.
    ///
    /// ```
    /// use std::time::Duration;
    /// use telemetry_runtime::AlertRule;
    ///
    /// let mut rule = AlertRule::new("adapter_errors_total", 0.5);
    /// rule.aggregation = telemetry_runtime::settings::AlertAggregation::Rate;
    /// rule.duration = Duration::from_secs(60);
    /// assert_eq!(rule.to_string(), "rate(adapter_errors_total[5m]) > 0.5");
    /// ```
    pub struct AlertRuleSettings {
        /// What its alerts are called, such as `ExchangeDown`; no two rules are called alike. Defaults to what the rule
        /// says.
        pub name: Option<String> = None;
        /// The metric, such as `adapter_errors_total`, or `cpu`, `memory` or `disk` for their percentages. Required.
        pub metric: String = String::new(), check::metric;
        /// Labels that its series must have, such as `provider: finnhub`. Defaults to none.
        pub labels: BTreeMap<String, String> = BTreeMap::new();
        /// What is made of its values. Defaults to value, or to ratio where there is a `numerator`.
        pub aggregation: AlertAggregation = AlertAggregation::Value;
        /// Labels of the series whose share `ratio` is, such as `status: error`, of all that have `labels`. Defaults
        /// to none.
        pub numerator: BTreeMap<String, String> = BTreeMap::new();
        /// Labels by which series are added up, such as `provider`; `none` adds up all. Defaults to none: each stands
        /// for itself.
        pub by: Vec<String> = Vec::new();
        /// How far rates, ratios and quantiles look back. Defaults to 5 m.
        pub window: Duration = Duration::from_secs(300), check::positive;
        /// How the value is compared with the threshold. Defaults to `>`.
        pub comparison: AlertComparison = AlertComparison::Above;
        /// What the value is compared with. Required.
        pub threshold: f64 = 0.0;
        /// How long that must hold; also written `duration`. Defaults to not at all.
        pub duration as "for" | "duration": Duration = Duration::ZERO;
        /// After an alert has ended, how long its series raises no other. Defaults to `alerts.cooldown`.
        pub cooldown: Option<Duration> = None;
        /// How bad it is. Defaults to warning.
        pub severity: AlertSeverity = AlertSeverity::Warning;
        /// What people are told, with `{value}`, `{threshold}`, `{comparison}`, `{metric}`, `{rule}`, `{severity}`,
        /// `{service}`, `{labels}` and `{labels.provider}`, such as `'{labels.provider} fails: {value}'`. Defaults to
        /// metric, labels, value and threshold.
        pub message: Option<String> = None, check::message;
    }
}

choices! {
    /// How bad an alert is, least bad first.
    ///
    /// ```
    /// use telemetry_runtime::Severity;
    ///
    /// assert!(Severity::Warning < Severity::Critical);
    /// ```
    #[derive(serde::Serialize, serde::Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum AlertSeverity {
        /// Worth knowing.
        Info = "info",
        /// Worth looking at.
        Warning = "warning",
        /// Worth waking somebody.
        Critical = "critical",
    }
}

choices! {
    /// What is made of a metric's values before they are compared.
    pub enum AlertAggregation {
        /// The value as it is, of a counter or a gauge.
        Value = "value",
        /// The increase a second over the window, of a counter or of a histogram's count.
        Rate = "rate",
        /// The share that the numerator has of the increase over the window, 0 to 1.
        Ratio = "ratio",
        /// The median over the window, of a histogram.
        P50 = "p50",
        /// What 90 % of a histogram's values do not exceed over the window.
        P90 = "p90",
        /// What 95 % of a histogram's values do not exceed over the window.
        P95 = "p95",
        /// What 99 % of a histogram's values do not exceed over the window.
        P99 = "p99",
    }
}

choices! {
    /// How a value is compared with a threshold.
    pub enum AlertComparison {
        /// Greater.
        Above = ">",
        /// Greater or equal.
        AtLeast = ">=",
        /// Less.
        Below = "<",
        /// Less or equal.
        AtMost = "<=",
        /// Equal.
        Equal = "==",
        /// Not equal.
        Unequal = "!=",
    }
}

/// What is wrong with a rule.
pub(crate) struct RuleMistake {
    pub(crate) key: &'static str,
    pub(crate) value: String,
    pub(crate) allowed: String,
}

impl AlertRuleSettings {
    /// A warning as soon as a value of the metric is above the threshold.
    #[must_use]
    pub fn new(metric: impl Into<String>, threshold: f64) -> Self {
        Self { metric: metric.into(), threshold, ..Self::default() }
    }

    /// What its alerts are called.
    #[must_use]
    pub fn title(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.to_string())
    }

    /// What is made of its values: a numerator asks for a share.
    pub(crate) fn aggregated(&self) -> AlertAggregation {
        match self.aggregation {
            AlertAggregation::Value if !self.numerator.is_empty() => AlertAggregation::Ratio,
            other => other,
        }
    }

    /// What is wrong with it, also where a program made it and nothing was read.
    #[cfg(feature = "alerts")]
    pub(crate) fn mistakes(&self) -> Vec<RuleMistake> {
        let field = |key: &'static str, value: String, checked: check::Checked| {
            checked.err().map(|allowed| RuleMistake { key, value, allowed })
        };
        let fields = [
            field("metric", self.metric.clone(), check::metric(&self.metric)),
            field("window", duration::show(self.window), check::positive(&self.window)),
            field("message", self.message.clone().unwrap_or_default(), check::message(&self.message)),
        ];
        fields.into_iter().flatten().chain(self.contradictions()).collect()
    }

    /// What does not fit together.
    fn contradictions(&self) -> Vec<RuleMistake> {
        let is_ratio = self.aggregated() == AlertAggregation::Ratio;
        let mut found = Vec::new();
        if let Some(allowed) = self.threshold_out_of(is_ratio) {
            found.push(RuleMistake { key: "threshold", value: self.threshold.to_string(), allowed });
        }
        if is_ratio && self.numerator.is_empty() {
            let allowed = "`numerator` beside it, such as `{ status: error }`".to_owned();
            found.push(RuleMistake { key: "aggregation", value: "ratio".to_owned(), allowed });
        }
        if !is_ratio && !self.numerator.is_empty() {
            let value = self.numerator.keys().cloned().collect::<Vec<_>>().join(", ");
            let allowed = "`aggregation: ratio` beside it, or leave it out".to_owned();
            found.push(RuleMistake { key: "numerator", value, allowed });
        }
        found
    }

    /// What the threshold ought to be, if it is something that the value never is.
    fn threshold_out_of(&self, is_ratio: bool) -> Option<String> {
        let Self { metric, threshold, .. } = self;
        let is_value = self.aggregated() == AlertAggregation::Value;
        let is_percent = matches!(&**metric, "cpu" | "memory" | "disk") || metric.ends_with("_percent");
        let is_share = metric.ends_with("_ratio") || metric == "adapter_success_rate";
        let never_negative = ["_total", "_bytes", "_seconds", "_ms", "_count"];
        let (range, allowed) = match () {
            () if !threshold.is_finite() => return Some("a number".to_owned()),
            () if is_ratio || (is_value && is_share) => (0.0..=1.0, "a share from 0 to 1".to_owned()),
            () if is_value && is_percent => (0.0..=100.0, "a percentage from 0 to 100".to_owned()),
            () if !is_value || never_negative.iter().any(|end| metric.ends_with(end)) => {
                (0.0..=f64::MAX, format!("a number that is not negative, because `{metric}` never is"))
            }
            () => return None,
        };
        (!range.contains(threshold)).then_some(allowed)
    }
}

impl fmt::Display for AlertRuleSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { metric, labels, numerator, by, window, comparison, threshold, .. } = self;
        let aggregation = self.aggregated();
        let is_value = aggregation == AlertAggregation::Value;
        if !is_value {
            write!(f, "{aggregation}(")?;
        }
        f.write_str(metric)?;
        write_labels(f, labels)?;
        if !is_value {
            write!(f, "[{}])", duration::show(*window))?;
        }
        if !numerator.is_empty() {
            f.write_str(" of ")?;
            write_labels(f, numerator)?;
        }
        if !by.is_empty() {
            write!(f, " by ({})", by.join(", "))?;
        }
        write!(f, " {comparison} {threshold}")
    }
}

fn write_labels(f: &mut fmt::Formatter<'_>, labels: &BTreeMap<String, String>) -> fmt::Result {
    let pairs: Vec<String> = labels.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
    if pairs.is_empty() { Ok(()) } else { write!(f, "{{{}}}", pairs.join(",")) }
}

impl Item for AlertRuleSettings {
    const REQUIRED: &'static [(&'static str, &'static str)] =
        &[("metric", "the name of a metric, such as `cpu`"), ("threshold", "a number")];

    fn verify(&self, node: &Node, at: &str, problems: &mut Problems) {
        for RuleMistake { key, value, allowed } in self.contradictions() {
            let source = node.get(key).map_or(&node.source, |given| &given.source);
            problems.invalid(&format!("{at}.{key}"), &value, source, &allowed);
        }
    }
}
