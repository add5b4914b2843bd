//! What the files still know of the windows, when the program starts anew.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use super::{
    EventCollector, Shared,
    event::{Event, Micros},
    packed::Header,
    range::each_event,
};
use crate::{
    export::file::rotated_files,
    fault::{self, Fault},
};

/// The files of before, as they were when the collector began: what it writes itself is not replayed.
#[derive(Debug)]
pub(crate) struct Replay {
    files: Vec<(PathBuf, File, u64)>,
}

impl Replay {
    /// Opens the file, and those moved away before it that reach into the windows.
    pub(crate) fn new(collector: &EventCollector, path: &Path) -> Self {
        let longest = collector.shared.windows().map_or(Duration::ZERO, |windows| windows.longest());
        let oldest = SystemTime::now().checked_sub(longest).unwrap_or(SystemTime::UNIX_EPOCH);
        let mut paths = rotated_files(path, oldest);
        paths.push(path.to_owned());
        // A device or a pipe has nothing to say, and might never end. A file that is not there yet has none either.
        let paths = paths.into_iter().filter(|path| path.is_file());
        let files = paths.filter_map(|path| match opened(&path) {
            Ok((file, length)) => Some((path, file, length)),
            Err(error) => {
                tell(&path, &error);
                None
            }
        });
        Self { files: files.collect() }
    }

    /// Adds what is not too old to the windows; may block.
    pub(crate) fn run(self, collector: &EventCollector) {
        for (path, file, length) in self.files {
            if let Err(error) = each_event(file.take(length), |event| add(&collector.shared, &event)) {
                tell(&path, &error);
            }
        }
    }
}

fn opened(path: &Path) -> io::Result<(File, u64)> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    Ok((file, length))
}

fn tell(path: &Path, error: &io::Error) {
    fault::report(&Fault::new("collector", format!("cannot replay {}: {error}", path.display())));
}

fn add(shared: &Shared, event: &Event) {
    let age = Micros::from(SystemTime::now()).0.saturating_sub(event.time.0);
    let header = Header {
        number: 0,
        time: 0,
        event_type: event.event_type,
        severity: event.severity,
        provider: &event.provider,
        operation: &event.operation,
        value: event.value.filter(|value| value.is_finite()),
    };
    if let Some(mut windows) = shared.windows() {
        windows.replay(shared.clock.now(), Duration::from_micros(age), &header);
    }
}
