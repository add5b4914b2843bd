//! A rule, ready to be evaluated.

use std::{collections::BTreeMap, time::Duration};

use super::notification::{AlertStatus, Shown};
use crate::{
    metrics::{FamilyKind, Labels},
    redact,
    settings::{AlertAggregation, AlertComparison, AlertRuleSettings, MessageField, MessageTemplate},
};

/// Short names and their families.
const SHORT: [(&str, &str); 3] =
    [("cpu", "cpu_usage_percent"), ("memory", "memory_usage_percent"), ("disk", "disk_usage_percent")];

/// A rule, ready to be evaluated.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) name: String,
    /// The family that its metric stands for.
    pub(super) family: String,
    pub(super) cooldown: Duration,
    pub(super) settings: AlertRuleSettings,
    labels: BTreeMap<String, String>,
    /// None for a rule without a message of its own.
    template: Option<MessageTemplate>,
}

impl Rule {
    /// A rule that was checked; one with a bad message tells the usual one.
    pub(super) fn new(mut settings: AlertRuleSettings, cooldown: Duration) -> Self {
        let mut labels = settings.labels.clone();
        let short = SHORT.iter().find(|(short, _)| *short == settings.metric);
        if settings.metric == "cpu" {
            // One series of those that tell what the time went to.
            labels.entry("type".to_owned()).or_insert_with(|| "total".to_owned());
        }
        let template = settings.message.as_deref().and_then(|message| MessageTemplate::parse(message).ok());
        settings.aggregation = settings.aggregated();
        Self {
            name: settings.title(),
            family: short.map_or(&*settings.metric, |(_, family)| family).to_owned(),
            cooldown: settings.cooldown.unwrap_or(cooldown),
            labels,
            template,
            settings,
        }
    }

    /// Whether it looks back over time.
    pub(super) fn has_window(&self) -> bool {
        self.settings.aggregation != AlertAggregation::Value
    }

    /// Whether its family is one of those that begin to count with the program.
    pub(super) fn is_own_family(&self) -> bool {
        const OWN: [&str; 5] = ["adapter_", "app_", "circuit_breaker_", "http_server_", "telemetry_"];
        OWN.iter().any(|own| self.family.starts_with(own))
    }

    /// What the values of the family would have to be, if they are something else.
    pub(super) fn mismatch(&self, kind: FamilyKind) -> Option<&'static str> {
        match (self.settings.aggregation, kind) {
            (AlertAggregation::Value, FamilyKind::Histogram) => Some("a counter or a gauge"),
            (AlertAggregation::Rate | AlertAggregation::Ratio, FamilyKind::Gauge) => {
                Some("a counter or a histogram")
            }
            (_, FamilyKind::Counter | FamilyKind::Gauge) if self.quantile().is_some() => Some("a histogram"),
            _ => None,
        }
    }

    /// The share of a histogram's values that its quantile leaves below; `None` if it asks for something else.
    pub(super) fn quantile(&self) -> Option<f64> {
        match self.settings.aggregation {
            AlertAggregation::P50 => Some(0.5),
            AlertAggregation::P90 => Some(0.9),
            AlertAggregation::P95 => Some(0.95),
            AlertAggregation::P99 => Some(0.99),
            _ => None,
        }
    }

    /// Whether it watches a series with these labels.
    pub(super) fn watches(&self, labels: &Labels) -> bool {
        self.labels.iter().all(|(name, value)| labels.get(name) == Some(value))
    }

    /// Whether a ratio counts the series in its numerator.
    pub(super) fn counts(&self, labels: &Labels) -> bool {
        self.settings.numerator.iter().all(|(name, value)| labels.get(name) == Some(value))
    }

    /// The labels of what the series is added to; of itself if it is added to nothing.
    pub(super) fn group(&self, labels: &Labels) -> Labels {
        let AlertRuleSettings { by, numerator, .. } = &self.settings;
        if by.is_empty() && numerator.is_empty() {
            return labels.clone();
        }
        let is_kept = |name: &str| match by.is_empty() {
            true => !numerator.contains_key(name),
            false => by.iter().any(|by| by == name),
        };
        let kept = labels.iter().filter(|(name, _)| is_kept(name));
        Labels::new(kept.map(|(name, value)| (name.to_owned(), value.to_owned())))
    }

    pub(super) fn is_over(&self, value: f64) -> bool {
        let threshold = self.settings.threshold;
        match self.settings.comparison {
            AlertComparison::Above => value > threshold,
            AlertComparison::AtLeast => value >= threshold,
            AlertComparison::Below => value < threshold,
            AlertComparison::AtMost => value <= threshold,
            #[expect(clippy::float_cmp, reason = "asked for")]
            AlertComparison::Equal => value == threshold,
            #[expect(clippy::float_cmp, reason = "asked for")]
            AlertComparison::Unequal => value != threshold,
        }
    }

    /// The one of two values that is nearer to an alert, or further within it.
    pub(super) fn worse(&self, a: f64, b: f64) -> f64 {
        match self.settings.comparison {
            AlertComparison::Below | AlertComparison::AtMost => a.min(b),
            _ if self.is_over(a) && !self.is_over(b) => a,
            AlertComparison::Equal | AlertComparison::Unequal => b,
            AlertComparison::Above | AlertComparison::AtLeast => a.max(b),
        }
    }

    /// What people are told of a value that has begun or ended an alert, on one line without secrets.
    pub(super) fn message(
        &self,
        labels: &BTreeMap<String, String>,
        value: f64,
        status: AlertStatus,
        service: &str,
    ) -> String {
        let AlertRuleSettings { metric, threshold, comparison, severity, .. } = &self.settings;
        let all = || {
            let pairs: Vec<String> = labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
            if pairs.is_empty() { String::new() } else { format!("{{{}}}", pairs.join(", ")) }
        };
        let (shown, threshold) = (Shown(value), Shown(*threshold));
        let usual = || {
            let (verb, no_longer) = match status {
                AlertStatus::Firing => ("is", ""),
                AlertStatus::Resolved if !self.is_over(value) => ("is", "no longer "),
                // There is no value any more.
                AlertStatus::Resolved => ("was", ""),
            };
            format!("{metric}{} {verb} {shown} ({no_longer}{comparison} {threshold})", all())
        };
        let fill = |field: &MessageField| match field {
            MessageField::Value => shown.to_string(),
            MessageField::Threshold => threshold.to_string(),
            MessageField::Comparison => comparison.to_string(),
            MessageField::Metric => metric.clone(),
            MessageField::Rule => self.name.clone(),
            MessageField::Severity => severity.to_string(),
            MessageField::Service => service.to_owned(),
            MessageField::Labels => all(),
            MessageField::Label(name) => labels.get(name).cloned().unwrap_or_default(),
        };
        let text = self.template.as_ref().map_or_else(usual, |template| template.fill(fill));
        redact::message(&text)
    }
}

/// Labels as alerts may carry them.
pub(super) fn shown(labels: &Labels) -> BTreeMap<String, String> {
    let shown = |(name, value): (&str, &str)| {
        let value =
            if redact::is_secret_name(name) { redact::REDACTED.to_owned() } else { redact::message(&value) };
        (name.to_owned(), value)
    };
    labels.iter().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(change: impl FnOnce(&mut AlertRuleSettings)) -> Rule {
        let mut settings = AlertRuleSettings::new("requests_total", 5.0);
        change(&mut settings);
        Rule::new(settings, Duration::ZERO)
    }

    #[test]
    fn short_names_stand_for_percentages() {
        let cpu = rule(|rule| rule.metric = "cpu".to_owned());
        assert_eq!(cpu.family, "cpu_usage_percent");
        assert!(
            cpu.watches(&Labels::new([("type", "total")])) && !cpu.watches(&Labels::new([("type", "user")]))
        );
        let user = rule(|rule| {
            rule.metric = "cpu".to_owned();
            rule.labels = [("type".to_owned(), "user".to_owned())].into();
        });
        assert!(user.watches(&Labels::new([("type", "user")])));
        assert!(rule(|rule| rule.metric = "disk".to_owned()).watches(&Labels::new([("path", "/")])));
    }

    #[test]
    fn series_are_added_up_as_asked() {
        let labels = Labels::new([("provider", "a"), ("operation", "b"), ("status", "error")]);
        assert_eq!(rule(|_| ()).group(&labels), labels);
        let ratio = rule(|rule| rule.numerator = [("status".to_owned(), "error".to_owned())].into());
        assert_eq!(ratio.group(&labels), Labels::new([("provider", "a"), ("operation", "b")]));
        assert!(ratio.counts(&labels) && !ratio.counts(&Labels::new([("status", "success")])));
        let by = rule(|rule| rule.by = vec!["provider".to_owned()]);
        assert_eq!(by.group(&labels), Labels::new([("provider", "a")]));
        let all = rule(|rule| rule.by = vec!["none".to_owned()]);
        assert_eq!(all.group(&labels).iter().len(), 0);
    }

    #[test]
    fn comparisons() {
        use AlertComparison::{Above, AtLeast, AtMost, Below, Equal, Unequal};
        for (comparison, below, at, above) in [
            (Above, false, false, true),
            (AtLeast, false, true, true),
            (Below, true, false, false),
            (AtMost, true, true, false),
            (Equal, false, true, false),
            (Unequal, true, false, true),
        ] {
            let rule = rule(|rule| rule.comparison = comparison);
            assert_eq!([4.0, 5.0, 6.0].map(|value| rule.is_over(value)), [below, at, above], "{comparison}");
        }
        assert_eq!(rule(|rule| rule.comparison = Below).worse(1.0, 2.0), 1.0);
        assert_eq!(rule(|_| ()).worse(1.0, 2.0), 2.0);
    }

    #[test]
    fn messages_hold_no_line_break_and_no_secret() {
        let labels = [("path", "a\r\nBcc: x"), ("api_key", "hush"), ("url", "http://u:hush@h/?k=hush")];
        let labels = shown(&Labels::new(labels));
        let told = rule(|_| ()).message(&labels, 7.25, AlertStatus::Firing, "shop");
        assert!(!told.contains(['\r', '\n']) && !told.contains("hush"), "{told}");
        assert!(told.ends_with("is 7.25 (> 5)"), "{told}");
        let own = rule(|rule| rule.message = Some("{service}: {labels.path} {{{value}}}".to_owned()));
        assert_eq!(own.message(&labels, 1.0, AlertStatus::Firing, "shop"), "shop: a  Bcc: x {1}");
    }

    #[test]
    fn the_end_of_an_alert_says_what_is_so_no_longer() {
        let told = |value| rule(|_| ()).message(&BTreeMap::new(), value, AlertStatus::Resolved, "shop");
        assert!(told(3.0).ends_with(" is 3 (no longer > 5)"), "{}", told(3.0));
        assert!(told(7.0).ends_with(" was 7 (> 5)"), "{}", told(7.0));
    }
}
