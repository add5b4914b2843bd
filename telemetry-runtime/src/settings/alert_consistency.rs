//! Rules between the settings of alerts.

use std::collections::BTreeSet;

use super::problems::Problems;
use super::source::Source;
use super::{AlertEmailTls, AlertHandlerKind, AlertSettings, Settings};

/// Checks that what is listed is described, and that nothing is there twice.
pub(super) fn check(settings: &Settings, problems: &mut Problems) {
    let alerts = &settings.alerts;
    names(alerts, problems);
    handlers(alerts, problems);
    if alerts.enabled {
        blocks(alerts, problems);
    }
}

fn source_of(problems: &Problems, path: &str) -> Source {
    problems.sources.get(path).cloned().unwrap_or_default()
}

/// State and notifications go by a rule's name.
fn names(alerts: &AlertSettings, problems: &mut Problems) {
    let mut known = BTreeSet::new();
    for (index, rule) in alerts.rules.iter().enumerate() {
        let name = rule.title();
        if known.contains(&name) {
            let key = if rule.name.is_some() { "name" } else { "metric" };
            let source = source_of(problems, &format!("alerts.rules[{index}].{key}"));
            let allowed = "a name that no other rule has";
            problems.invalid(&format!("alerts.rules[{index}].name"), &name, &source, allowed);
        }
        known.insert(name);
    }
}

fn handlers(alerts: &AlertSettings, problems: &mut Problems) {
    let source = source_of(problems, "alerts.handlers");
    for (index, handler) in alerts.handlers.iter().enumerate() {
        if alerts.handlers[..index].contains(handler) {
            let key = format!("alerts.handlers[{index}]");
            problems.invalid(&key, handler.as_str(), &source, "each handler once");
        }
    }
}

/// What each handler cannot do without.
fn blocks(alerts: &AlertSettings, problems: &mut Problems) {
    const URL: &str = "the URL that alerts are posted to";
    let email = &alerts.email;
    let needed = [
        (AlertHandlerKind::Slack, "slack.url", alerts.slack.url.is_none(), URL),
        (AlertHandlerKind::Webhook, "webhook.url", alerts.webhook.url.is_none(), URL),
        (AlertHandlerKind::Alertmanager, "alertmanager.url", alerts.alertmanager.url.is_none(), URL),
        (AlertHandlerKind::Email, "email.host", email.host.is_none(), "the name of a mail server"),
        (AlertHandlerKind::Email, "email.from", email.from.is_none(), "the address of the sender"),
        (AlertHandlerKind::Email, "email.to", email.to.is_empty(), "a list of addresses"),
    ];
    let source = source_of(problems, "alerts.handlers");
    for (handler, key, is_missing, allowed) in needed {
        let key = format!("alerts.{key}");
        if is_missing && alerts.handlers.contains(&handler) && !problems.is_unset(&key) {
            problems.missing(&key, &source, allowed);
        }
    }
    if email.tls == AlertEmailTls::None && (email.username.is_some() || email.password.is_some()) {
        let source = source_of(problems, "alerts.email.tls");
        let allowed = "`starttls` or `implicit`, because a password must not travel in the clear";
        problems.invalid("alerts.email.tls", "none", &source, allowed);
    }
}
