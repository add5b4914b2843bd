//! Which file is read, and which source wins.

use std::path::Path;

use crate::support::{Directory, Settings, SetupError, environment, explained, good, variables};

fn name(directory: &Directory, pairs: &[(&str, &str)]) -> String {
    Settings::load_from(&variables(pairs), &directory.0).expect("settings").service.name
}

#[test]
fn files_are_searched_in_order() {
    let directory = Directory::new("searched");
    assert_eq!(name(&directory, &[]), "unknown_service");
    directory.write("config/settings.yaml", "service: { name: second }");
    assert_eq!(name(&directory, &[]), "second");
    directory.write("settings.yaml", "service: { name: first }");
    assert_eq!(name(&directory, &[]), "first");
    directory.write("named.yaml", "service: { name: named }");
    assert_eq!(name(&directory, &[("TELEMETRY_SETTINGS", "named.yaml")]), "named");
    assert_eq!(name(&directory, &[("TELEMETRY_SETTINGS", "")]), "first");
    let named = variables(&[("TELEMETRY_SETTINGS", "named.yaml")]);
    assert!(Settings::load_from(&named, &directory.0).expect("settings").warnings().is_empty());
}

#[test]
fn a_named_file_must_be_there() {
    let directory = Directory::new("named");
    let named = variables(&[("TELEMETRY_SETTINGS", "gone.yaml")]);
    for error in [
        Settings::load_from(&named, &directory.0).expect_err("missing"),
        Settings::from_file(directory.0.join("gone.yaml")).expect_err("missing"),
    ] {
        assert!(matches!(error, SetupError::File { .. }), "{error:?}");
        assert!(error.to_string().contains("gone.yaml"), "{error}");
        assert!(std::error::Error::source(&error).is_some());
    }
}

#[test]
fn what_is_found_must_be_readable() {
    let directory = Directory::new("unreadable");
    std::fs::create_dir(directory.0.join("settings.yaml")).expect("a directory");
    let error = Settings::load_from(&variables(&[]), &directory.0).expect_err("a directory");
    assert!(matches!(error, SetupError::File { .. }), "{error:?}");
}

#[cfg(unix)]
#[test]
fn devices_are_not_read() {
    let error = Settings::from_file(Path::new("/dev/zero")).expect_err("endless");
    assert!(matches!(error, SetupError::File { .. }), "{error:?}");
}

#[test]
fn a_file_names_itself_in_sources_and_mistakes() {
    let directory = Directory::new("source");
    directory.write("settings.yaml", "logs:\n  level: warn\n");
    let settings = Settings::load_from(&variables(&[]), &directory.0).expect("settings");
    assert_eq!(explained(&settings, "logs.level"), ("warn".into(), "settings.yaml:2:10".into()));
    directory.write("settings.yaml", "logs:\n  level: loud\n");
    let error = Settings::load_from(&variables(&[]), &directory.0).expect_err("loud").to_string();
    assert!(
        error.contains("logs.level") && error.contains("loud") && error.contains("settings.yaml:2:10"),
        "{error}"
    );
}

#[test]
fn the_process_environment_is_read() {
    // PATH is no setting, but may be referred to.
    let path = std::env::var("PATH").expect("PATH");
    let settings = Settings::from_yaml_str("service: { environment: \"${PATH}\" }").expect("settings");
    assert_eq!(settings.service.environment, Some(path));
}

#[test]
fn the_program_wins_and_is_named() {
    let mut settings = good("logs: { level: warn }", &[]);
    settings.telemetry.sampling_ratio = 0.5;
    assert_eq!(explained(&settings, "telemetry.sampling_ratio"), ("0.5".into(), "program".into()));
    assert_eq!(explained(&settings, "logs.level").1, "yaml:1:16");
    assert_eq!(settings.source("telemetry.debug").expect("known").to_string(), "default");
    assert_eq!(settings.source("telemetry.debugg"), None);
}

#[test]
fn names_of_the_service() {
    // Each pair wins over those before it.
    let order = [
        ("OTEL_RESOURCE_ATTRIBUTES", "service.name=resource"),
        ("TELEMETRY_SERVICE_NAME", "own"),
        ("SERVICE_NAME", "service"),
        ("OTEL_SERVICE_NAME", "otel"),
    ];
    let names = ["resource", "own", "service", "otel"];
    for last in 0..order.len() {
        let settings = good("service: { name: yaml }", &order[..=last]);
        assert_eq!(settings.service.name, names[last]);
    }
}

#[test]
fn the_service_in_the_file_wins_over_its_resource() {
    let settings = good("resource: { service.name: resource }\nservice: { name: service }", &[]);
    assert_eq!(settings.service.name, "service");
    assert!(settings.resource.is_empty());
}

#[test]
fn standard_variables_win_over_own() {
    let settings = environment(&[("TELEMETRY_SERVICE_VERSION", "1"), ("SERVICE_VERSION", "2")]);
    assert_eq!(settings.service.version.as_deref(), Some("2"));
    let settings = environment(&[("TELEMETRY_SAMPLING_RATIO", "0.5"), ("OTEL_TRACES_SAMPLER", "always_off")]);
    assert_eq!(settings.telemetry.sampling_ratio, 0.0);
    let settings = environment(&[("TELEMETRY_METRICS_PROMETHEUS", "true"), ("ENABLE_PROMETHEUS", "false")]);
    assert!(!settings.metrics.prometheus);
}

#[test]
fn unknown_variables_of_others_are_left_alone() {
    let settings = environment(&[("TELEMETRY_OPTOUT", "1"), ("TELEMETRYX", "1"), ("OTEL_SOMETHING", "1")]);
    assert_eq!(settings.warnings().len(), 1, "{:?}", settings.warnings());
    assert!(settings.warnings()[0].contains("TELEMETRY_OPTOUT"));
}

#[test]
fn an_environment_chooses_what_nobody_chose() {
    let of = |pairs: &[(&str, &str)]| explained(&environment(pairs), "logs.format");
    assert_eq!(of(&[("ENVIRONMENT", "development")]), ("text".into(), "environment development".into()));
    assert_eq!(of(&[("ENVIRONMENT", "production")]), ("json".into(), "default".into()));
    let chosen = [("ENVIRONMENT", "development"), ("TELEMETRY_LOGS_FORMAT", "json")];
    assert_eq!(of(&chosen), ("json".into(), "TELEMETRY_LOGS_FORMAT".into()));
}
