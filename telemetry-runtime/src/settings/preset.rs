//! What the environment that a service runs in says of settings that nobody chose.

use std::io::{self, IsTerminal as _};

use super::{ExporterProvider, LogFormat, Settings, problems::Problems, source::Source};

/// Lets `service.environment` choose: where a service is developed, logs are for people, and so are spans if somebody
/// looks and nothing else takes them. Staging and production have the defaults: JSON, from level info.
pub(super) fn choose(settings: &mut Settings, problems: &mut Problems) {
    let somebody_looks = cfg!(feature = "console") && io::stdout().is_terminal();
    choose_for(settings, problems, somebody_looks);
}

fn choose_for(settings: &mut Settings, problems: &mut Problems, somebody_looks: bool) {
    let Some(environment) = settings.service.environment.clone().filter(|name| is_development(name)) else {
        return;
    };
    let source = Source::Environment(environment.into());
    if !problems.is_set("logs.format") {
        settings.logs.format = LogFormat::Text;
        problems.came_from("logs.format", &source);
    }
    let is_open = !problems.sources.keys().any(|key| key.starts_with("exporters"));
    let console =
        settings.exporters.iter().position(|exporter| exporter.provider == ExporterProvider::Console);
    if let (Some(index), true) = (console, is_open && somebody_looks) {
        settings.exporters[index].enabled = true;
        problems.came_from(&format!("exporters[{index}].enabled"), &source);
    }
}

/// The names in use for it.
fn is_development(environment: &str) -> bool {
    ["development", "dev", "local"].iter().any(|name| environment.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Chosen for an environment: the format of logs, and whether spans are shown.
    fn chosen(environment: Option<&str>, set: &[&str], somebody_looks: bool) -> (LogFormat, bool) {
        let mut settings = Settings::default();
        settings.service.environment = environment.map(str::to_owned);
        let mut problems = Problems::default();
        for key in set {
            problems.came_from(key, &Source::Variable("VARIABLE".into()));
        }
        choose_for(&mut settings, &mut problems, somebody_looks);
        let shows = |provider| settings.exporters.iter().any(|it| it.provider == provider && it.enabled);
        assert!(shows(ExporterProvider::Otlp), "stays as it was");
        (settings.logs.format, shows(ExporterProvider::Console))
    }

    #[test]
    fn developers_see_text_and_spans_and_nobody_else_does() {
        use LogFormat::{Json, Text};
        for name in ["development", "Dev", "local"] {
            assert_eq!(chosen(Some(name), &[], true), (Text, true), "{name}");
            assert_eq!(chosen(Some(name), &[], false), (Text, false), "{name}, and nobody looks");
        }
        for name in [Some("staging"), Some("production"), Some("test"), None] {
            assert_eq!(chosen(name, &[], true), (Json, false), "{name:?}");
        }
    }

    #[test]
    fn what_somebody_chose_stays() {
        use LogFormat::{Json, Text};
        assert_eq!(chosen(Some("development"), &["logs.format"], true), (Json, true));
        assert_eq!(chosen(Some("development"), &["exporters[1].otlp.endpoint"], true), (Text, false));
    }
}
