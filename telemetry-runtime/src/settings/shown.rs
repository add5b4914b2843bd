//! The effective settings as a page may show them.

use super::{Settings, secret::MASK};
use crate::redact;

/// A setting as a page may show it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ShownSetting {
    pub(crate) key: String,
    pub(crate) value: String,
    /// Where the value is from.
    pub(crate) source: String,
    /// None where there is no such setting by default.
    pub(crate) default: Option<String>,
}

/// What stands for a secret.
const SECRET: &str = "****";

/// What stands for a place in the network.
const PLACE: &str = "(set)";

/// Last words of keys whose values are places in the network.
const PLACES: [&str; 8] =
    ["endpoint", "address", "url", "webhook", "host", "proxy", "server", "connection_string"];

impl Settings {
    /// Each effective setting with its source; neither secrets nor places in the network.
    pub(crate) fn shown(&self) -> Vec<ShownSetting> {
        let defaults = Self::default().explained();
        let default = |key: &str| defaults.iter().find(|(known, ..)| known == key).map(|(_, value, _)| value);
        let shown = |(key, value, source): (String, String, _)| ShownSetting {
            value: masked(&key, value),
            source: format!("{source}"),
            default: default(&key).map(|value| masked(&key, value.clone())),
            key,
        };
        self.explained().into_iter().map(shown).collect()
    }
}

fn masked(key: &str, value: String) -> String {
    let word = key.rsplit('.').next().unwrap_or(key);
    let is_nothing = matches!(&*value, "null" | "" | "[]" | "{}");
    if is_nothing {
        value
    } else if value == MASK || redact::is_secret_name(word) {
        SECRET.to_owned()
    } else if value.contains("://") || PLACES.iter().any(|place| word.ends_with(place)) {
        PLACE.to_owned()
    } else {
        value.replace(MASK, SECRET)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(settings: &Settings, key: &str) -> String {
        let shown = settings.shown();
        let setting = shown.iter().find(|setting| setting.key == key);
        setting.unwrap_or_else(|| panic!("{key}: {shown:?}")).value.clone()
    }

    #[test]
    fn neither_secrets_nor_places_are_shown() {
        let yaml = "
web: { token: t0p }
telemetry: { sampling_ratio: 0.25 }
resource: { home: 'https://t0p.example', api_key: t0p }
metrics: { push_gateway: { endpoint: 'http://t0p:9091' }, statsd: { address: 't0p:8125' } }
exporters:
  - { provider: azure_monitor, azure_monitor: { connection_string: InstrumentationKey=t0p } }
  - { provider: otlp, otlp: { endpoint: 'https://t0p:4317', headers: { authorization: t0p } } }";
        let settings = Settings::from_yaml_str(yaml).expect("good");
        let all = format!("{:?}", settings.shown());
        assert!(!all.contains("t0p"), "{all}");
        assert_eq!(value(&settings, "web.token"), "****");
        assert_eq!(value(&settings, "metrics.push_gateway.endpoint"), "(set)");
        assert_eq!(value(&settings, "metrics.listen"), "null");
        let shown = settings.shown();
        let ratio = shown.iter().find(|setting| setting.key == "telemetry.sampling_ratio").expect("known");
        assert_eq!((&*ratio.value, ratio.default.as_deref()), ("0.25", Some("1")));
        assert_eq!(ratio.source, "yaml:3:30");
    }
}
