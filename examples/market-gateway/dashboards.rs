//! Files that Grafana and Prometheus are configured with.

use std::{error::Error, fs, path::Path};

use telemetry_runtime::{Settings, Telemetry};

use crate::console::say;

/// Writes the dashboard and the rules of the gateway's operations.
pub(crate) fn export(directory: &Path) -> Result<(), Box<dyn Error>> {
    let telemetry = Telemetry::builder().settings(Settings::load()?).build()?;
    fs::create_dir_all(directory)?;
    let files =
        [("grafana.json", telemetry.grafana_dashboard()), ("rules.yml", telemetry.prometheus_rules())];
    for (name, text) in files {
        let file = directory.join(name);
        fs::write(&file, text)?;
        say(file.display());
    }
    Ok(())
}
