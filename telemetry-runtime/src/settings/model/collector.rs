use std::path::PathBuf;
use std::time::Duration;

use crate::settings::check;
use crate::settings::choices::choices;
use crate::settings::size::ByteSize;
use crate::settings::table::section;

section! {
    /// Events of the program, added up, kept on disk and sent on.
    ///
    /// ```
    /// let yaml = "collector: { enabled: true, max_events: 5000 }";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// assert!(settings.collector.enabled);
    /// assert_eq!((settings.collector.max_events, settings.collector.batch_size), (5000, 100));
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct CollectorSettings {
        /// Whether events are collected. Defaults to false.
        pub enabled: bool = false;
        /// Events that may wait in memory for each way out. Defaults to 10000.
        pub max_events: usize = 10_000, check::positive;
        /// Events written at once, at most `max_events`. Defaults to 100.
        pub batch_size: usize = 100, check::positive;
        /// The longest that an event waits to be written. Defaults to 5 s.
        pub flush_interval: Duration = Duration::from_secs(5), check::positive;
        /// Whether events are written to a file. Defaults to false.
        pub enable_persistence: bool = false;
        /// That file, JSON Lines. Defaults to `telemetry_events.jsonl`.
        pub persistence_file: PathBuf = PathBuf::from("telemetry_events.jsonl");
        /// An older spelling of `enable_persistence`, over which it wins. Defaults to none.
        pub storage_type: Option<EventStorage> = None;
        /// A new file is begun before one becomes larger. Defaults to 64 MiB.
        pub rotate_size: ByteSize = ByteSize(64 << 20), check::positive;
        /// A new file is begun once one is so old. Defaults to a day.
        pub rotate_age: Duration = Duration::from_secs(24 * 60 * 60), check::positive;
        /// Days for which old files are kept. Defaults to 30.
        pub retention_days: u32 = 30, check::positive;
        /// Whether the windows begin with what the file holds of them. Defaults to true.
        pub replay: bool = true;
        /// Lengths of the windows over which events are added up. Defaults to 1 m, 5 m and 1 h.
        pub windows: Vec<Duration> = [60, 300, 3600].map(Duration::from_secs).to_vec(), check::windows;
        /// Types, providers and operations that are told apart; further ones count as `other`. Defaults to 1000.
        pub max_keys: usize = 1000, check::positive;
        /// Whether every call that ends is an event too. Defaults to false.
        pub calls: bool = false;
        /// Whether events are sent to every OTLP exporter too, as log records. Defaults to false.
        pub otlp: bool = false;
        /// Whether error events say where they were added; that costs microseconds each. Defaults to false.
        pub backtraces: bool = false;
        /// Which events are taken.
        pub filters: EventFilterSettings = EventFilterSettings::default();
        /// What is done with events.
        pub processing: EventProcessingSettings = EventProcessingSettings::default();
    }
}

section! {
    /// Which events are taken; the others count as `filtered`.
    ///
    /// ```
    /// let yaml = "collector: { filters: { severity: warning, providers: [finnhub] } }";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// assert_eq!(settings.collector.filters.providers, ["finnhub"]);
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct EventFilterSettings {
        /// Only these types. Defaults to none, which is all.
        pub types: Vec<EventType> = Vec::new();
        /// Only these providers, such as `finnhub`. Defaults to none, which is all.
        pub providers: Vec<String> = Vec::new();
        /// The least severity that is taken. Defaults to info.
        pub severity: EventSeverity = EventSeverity::Info;
    }
}

section! {
    /// What is done with events.
    ///
    /// ```
    /// let yaml = "collector: { processing: { aggregate: false } }";
    /// let settings = telemetry_runtime::Settings::from_yaml_str(yaml)?;
    /// assert!(!settings.collector.processing.aggregate);
    /// # Ok::<(), telemetry_runtime::SetupError>(())
    /// ```
    pub struct EventProcessingSettings {
        /// Whether they are added up over windows. Defaults to true.
        pub aggregate: bool = true;
        /// Whether the program's own function changes them, if there is one. Defaults to true.
        pub transform: bool = true;
    }
}

choices! {
    /// Where events are kept, in an older spelling.
    pub enum EventStorage {
        /// In memory only.
        Memory = "memory",
        /// In a file too.
        File = "file",
    }
}

choices! {
    /// What an event is about.
    #[derive(serde::Serialize, serde::Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum EventType {
        /// Something took so long.
        Performance = "performance",
        /// Something failed.
        Error = "error",
        /// Something was measured.
        Metric = "metric",
    }
}

choices! {
    /// How bad an event is, least bad first.
    ///
    /// ```
    /// use telemetry_runtime::settings::EventSeverity;
    ///
    /// assert!(EventSeverity::Info < EventSeverity::Error);
    /// ```
    #[derive(serde::Serialize, serde::Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum EventSeverity {
        /// As it should be.
        Info = "info",
        /// Not as it should be, such as a call that nobody waited for.
        Warning = "warning",
        /// A failure.
        Error = "error",
    }
}
