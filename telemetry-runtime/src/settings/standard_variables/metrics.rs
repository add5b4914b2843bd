//! `OTEL_METRICS_*`: which exporters, which exemplars, where counts begin.

use super::Reader;
use crate::settings::node::{Kind, Text};

impl Reader<'_> {
    pub(super) fn metrics(&mut self) {
        self.word(
            "OTEL_METRICS_EXPORTER",
            "`otlp`, `prometheus` or `none`, or several with a comma",
            |words| {
                let mut words = words.split(',').map(str::trim);
                let is_known = words.clone().all(|word| matches!(word, "otlp" | "prometheus" | "none"));
                is_known.then(|| ("metrics.otlp.enabled", words.any(|word| word == "otlp").to_string()))
            },
        );
        self.word("OTEL_METRICS_EXEMPLAR_FILTER", "`trace_based` or `always_off`", |word| match word {
            "trace_based" => Some(("metrics.exemplars", "true".to_owned())),
            "always_off" => Some(("metrics.exemplars", "false".to_owned())),
            _ => None,
        });
        let preference = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE";
        self.word(preference, "`cumulative` or `delta`", |word| match word {
            "cumulative" => Some(("metrics.otlp.temporality", "cumulative".to_owned())),
            // Low memory is delta for all that these exporters have.
            "delta" | "lowmemory" => Some(("metrics.otlp.temporality", "delta".to_owned())),
            _ => None,
        });
    }

    /// A variable whose words mean a setting and its value.
    fn word(
        &mut self,
        variable: &'static str,
        allowed: &str,
        meaning: impl FnOnce(&str) -> Option<(&'static str, String)>,
    ) {
        let Some(text) = self.get(variable) else { return };
        match meaning(&text.to_ascii_lowercase()) {
            Some((path, value)) => self.set(variable, path, Kind::Text(Text::plain(value))),
            None => self.ignore(variable, text, allowed),
        }
    }
}
