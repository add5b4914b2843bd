//! Levels of log records, which change while the program runs. Alone in its program, whose records it counts.

use telemetry::{Settings, Telemetry};
use telemetry_runtime as telemetry;
use tracing::subscriber::with_default;
use tracing_subscriber::layer::SubscriberExt;

#[test]
fn they_follow_the_settings_file() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("settings.yaml");
    let write = |logs: &str| {
        std::fs::write(&file, format!("exporters: []\nlogs: {{ {logs} }}")).expect("a file");
    };
    write("level: warn");
    let settings = Settings::from_file(&file).expect("legal");
    let telemetry = Telemetry::builder().settings(settings).build().expect("nothing is in the way");
    let written = || telemetry.snapshot().sum("telemetry_log_records_started_total", &[]);
    with_default(tracing_subscriber::registry().with(telemetry.log_layer()), || {
        let tell = || {
            let before = written();
            tracing::warn!("warned");
            tracing::info!("told");
            tracing::debug!(target: "chatty::part", "more than enough");
            written() - before
        };
        assert_eq!(tell(), 1);
        for (logs, expected) in [
            ("level: info", 2),
            ("level: info, targets: { chatty: debug }", 3),
            ("level: trace, targets: { chatty: 'off' }", 2),
            ("level: 'off'", 0),
            ("enabled: false", 0),
            ("level: warn", 1),
        ] {
            write(logs);
            telemetry.reload().expect("legal");
            assert_eq!(tell(), expected, "{logs}");
        }
    });
}
