use std::path::PathBuf;
use std::time::Duration;

use crate::settings::check;
use crate::settings::table::section;

section! {
    /// Events of the program, kept in memory and on disk.
    pub struct CollectorSettings {
        /// Whether events are collected. Defaults to false.
        pub enabled: bool = false;
        /// Events kept in memory. Defaults to 10000.
        pub max_events: usize = 10_000, check::positive;
        /// Events written at once, at most `max_events`. Defaults to 100.
        pub batch_size: usize = 100, check::positive;
        /// The longest that an event waits to be written. Defaults to 5 s.
        pub flush_interval: Duration = Duration::from_secs(5), check::positive;
        /// Whether events are written to a file. Defaults to false.
        pub enable_persistence: bool = false;
        /// That file, JSON Lines. Defaults to `telemetry_events.jsonl`.
        pub persistence_file: PathBuf = PathBuf::from("telemetry_events.jsonl");
        /// Days for which old files are kept. Defaults to 30.
        pub retention_days: u32 = 30, check::positive;
    }
}
