//! Metrics and labels that rules may name before they are there.

use crate::{
    metrics::{Family, Snapshot},
    settings::{AlertRuleSettings, similarity},
};

use super::rule::Rule;

/// Families that come only once something has happened, or a probe has run.
const KNOWN: [&str; 39] = [
    "active_connections",
    "adapter_active_requests",
    "adapter_cache_hits_total",
    "adapter_cache_misses_total",
    "adapter_connection_errors_total",
    "adapter_data_volume_total",
    "adapter_errors_total",
    "adapter_fallbacks_total",
    "adapter_rate_limited_total",
    "adapter_request_duration_seconds",
    "adapter_requests_total",
    "adapter_success_rate",
    "adapter_timeouts_total",
    "app_error_count_total",
    "app_request_count_total",
    "app_request_latency_ms",
    "circuit_breaker_rejected_total",
    "circuit_breaker_state",
    "circuit_breaker_transitions_total",
    "cpu_usage_percent",
    "disk_usage_bytes",
    "disk_usage_percent",
    "http_server_active_requests",
    "http_server_request_duration_seconds",
    "memory_usage_bytes",
    "memory_usage_percent",
    "network_bytes_total",
    "telemetry_alerts_live",
    "telemetry_alerts_started_total",
    "telemetry_alerts_total",
    "telemetry_events_live",
    "telemetry_events_started_total",
    "telemetry_events_total",
    "telemetry_log_records_total",
    "telemetry_metric_exports_total",
    "telemetry_probe_errors_total",
    "telemetry_spans_live",
    "telemetry_spans_started_total",
    "telemetry_spans_total",
];

/// Those of the machine, which only the feature `monitor` measures.
const MEASURED: [&str; 7] = [
    "active_connections",
    "cpu_usage_percent",
    "disk_usage_bytes",
    "disk_usage_percent",
    "memory_usage_bytes",
    "memory_usage_percent",
    "network_bytes_total",
];

/// How alike a name must be to be the one that was meant.
const ALIKE: f64 = 0.6;

/// Says that there is no such metric or label, with those that may have been meant.
pub(super) fn warning(rule: &AlertRuleSettings, snapshot: &Snapshot) -> Option<String> {
    let (name, family) = (rule.title(), Rule::new(rule.clone(), std::time::Duration::ZERO).family);
    if let Some(family) = snapshot.family(&family) {
        return label_warning(rule, family);
    }
    let present = snapshot.families().iter().map(|family| &*family.name);
    let known = KNOWN.into_iter().filter(|known| cfg!(feature = "monitor") || !MEASURED.contains(known));
    let short = ["cpu", "memory", "disk"].into_iter().filter(|_| cfg!(feature = "monitor"));
    let all: Vec<&str> = known.chain(present).chain(short).collect();
    if all.contains(&&*family) {
        return None;
    }
    if MEASURED.contains(&&*family) {
        return Some(format!(
            "the rule `{name}` watches `{family}`, which is not part of this build; switch the feature `monitor` on"
        ));
    }
    let near = alike(&family, all).map_or_else(String::new, |near| format!("; did you mean {near}?"));
    Some(format!("the rule `{name}` watches `{family}`, and there is no such metric yet{near}"))
}

/// A label that no series has may still come, so that only one that looks like another is told of.
fn label_warning(rule: &AlertRuleSettings, family: &Family) -> Option<String> {
    let of_series = |name: &str| family.series.iter().any(|series| series.labels.get(name).is_some());
    let named = rule.labels.keys().chain(rule.numerator.keys()).chain(&rule.by);
    let (unknown, near) = named.filter(|name| !of_series(name)).find_map(|name| {
        let present = family.series.iter().flat_map(|series| series.labels.iter());
        Some((name, alike(name, present.map(|(name, _)| name).collect())?))
    })?;
    let (rule, family) = (rule.title(), &family.name);
    Some(format!(
        "the rule `{rule}` names the label `{unknown}`, which no series of `{family}` has; did you mean {near}?"
    ))
}

/// The three names that are most like it, as people read them.
fn alike(name: &str, all: Vec<&str>) -> Option<String> {
    let mut alike: Vec<(f64, &str)> = all.into_iter().map(|known| (similarity(name, known), known)).collect();
    alike.retain(|(alike, _)| *alike >= ALIKE);
    alike.sort_by(|(a, one), (b, other)| b.total_cmp(a).then(one.cmp(other)));
    alike.dedup_by_key(|(_, name)| *name);
    let near: Vec<String> = alike.iter().take(3).map(|(_, name)| format!("`{name}`")).collect();
    (!near.is_empty()).then(|| near.join(" or "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{FamilyKind, Labels, Value};

    fn warned(metric: &str) -> Option<String> {
        let own = Family::new("orders_open", FamilyKind::Gauge, "Orders.");
        let default_labels = Labels::new::<&str, &str>([]);
        warning(&AlertRuleSettings::new(metric, 1.0), &Snapshot { families: vec![own], default_labels })
    }

    #[test]
    fn metrics_that_nobody_knows_are_warned_of_with_those_that_may_be_meant() {
        for known in ["cpu", "disk", "adapter_errors_total", "orders_open"] {
            assert_eq!(warned(known), None);
        }
        let near = warned("adapter_error_total").expect("a warning");
        assert!(near.contains("did you mean `adapter_errors_total`"), "{near}");
        assert!(warned("orders_opne").expect("a warning").contains("`orders_open`"));
        assert!(warned("cpus").expect("a warning").contains("`cpu`"));
        let far = warned("zzz").expect("a warning");
        assert!(far.ends_with("no such metric yet"), "{far}");
    }

    #[test]
    fn labels_that_look_like_others_are_warned_of() {
        let mut family = Family::new("orders_open", FamilyKind::Gauge, "Orders.");
        family.push(&Labels::new([("provider", "bank"), ("kind", "swap")]), Value::Gauge(1.0));
        let warned = |change: fn(&mut AlertRuleSettings)| {
            let mut rule = AlertRuleSettings::new("orders_open", 1.0);
            change(&mut rule);
            label_warning(&rule, &family)
        };
        assert_eq!(warned(|_| ()), None);
        assert_eq!(warned(|rule| rule.by = vec!["kind".to_owned()]), None);
        // May come with the next series.
        assert_eq!(warned(|rule| rule.by = vec!["region".to_owned()]), None);
        for told in [
            warned(|rule| rule.by = vec!["provder".to_owned()]),
            warned(|rule| rule.labels = [("provder".to_owned(), "bank".to_owned())].into()),
            warned(|rule| rule.numerator = [("Provider".to_owned(), "bank".to_owned())].into()),
        ] {
            let told = told.expect("a warning");
            assert!(told.contains("`orders_open` has; did you mean `provider`?"), "{told}");
        }
    }
}
