//! Names and labels as Prometheus allows them.

use metrics::Key;
use metrics_exporter_prometheus::formatting::{sanitize_label_key, sanitize_metric_name};

use crate::metrics::FamilyKind;

/// A legal name; colons are for recording rules.
pub(super) fn family_name(raw: &str) -> String {
    match sanitize_metric_name(raw).replace(':', "_") {
        name if name.is_empty() => "_".to_owned(),
        name => name,
    }
}

/// A key's labels, sorted, so that their order does not make a second series.
///
/// A name that Prometheus keeps for itself gets the prefix that its server would give it. Of two names that become
/// the same the first stays.
pub(super) fn labels(key: &Key, kind: FamilyKind) -> Vec<(String, &str)> {
    let mut pairs: Vec<(String, &str)> =
        key.labels().map(|label| (label_name(label.key(), kind), label.value())).collect();
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    pairs.dedup_by(|later, first| later.0 == first.0);
    pairs
}

fn label_name(raw: &str, kind: FamilyKind) -> String {
    let name = sanitize_label_key(raw);
    let is_reserved =
        name.is_empty() || name.starts_with("__") || (name == "le" && kind == FamilyKind::Histogram);
    if is_reserved { format!("exported_{}", name.trim_start_matches('_')) } else { name }
}
