//! Names that are taken, or that no backend would accept.

/// Why a span attribute cannot have this name.
pub(super) fn refuse_field(name: &str) -> Option<String> {
    let is_own =
        matches!(name, "provider" | "operation" | "error.type" | "peer.service" | "return" | "fallback")
            || name.starts_with("code.")
            || name.starts_with("otel.");
    is_own.then(|| format!("`{name}` is an attribute that the toolkit sets; choose another name"))
}

/// Why a metric label cannot have this name.
pub(super) fn refuse_label(name: &str) -> Option<String> {
    const OWN: [&str; 7] =
        ["provider", "operation", "status", "error_type", "le", "quantile", "otel_metric_overflow"];
    if OWN.contains(&name) {
        return Some(format!("`{name}` is a label that the toolkit or Prometheus sets; choose another name"));
    }
    if name.starts_with("__") {
        return Some(format!(
            "`{name}` begins with `__`, which Prometheus keeps for itself; choose another name"
        ));
    }
    let is_valid = !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (!is_valid).then(|| {
        format!("`{name}` is no label of Prometheus; labels are words of ASCII letters, digits and `_`")
    })
}
