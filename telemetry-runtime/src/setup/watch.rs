//! Looks at the settings file now and then, and reads it again once it has changed.

use std::{
    fs::{self, Metadata},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use tokio::{task, time};

use super::{background::Work, reload::Reload};

/// What tells a changed file from the one before; a file that is not there has none.
type Stamp = Option<(SystemTime, u64)>;

/// The places of the settings file, and how often they are looked at.
struct SettingsWatch {
    reload: Reload,
    places: Vec<PathBuf>,
    seen: Vec<Stamp>,
    interval: Duration,
}

/// The work of watching, if there is a file to watch.
pub(super) fn of_settings(interval: Duration, reload: Reload) -> Vec<Work> {
    let watch = SettingsWatch::new(reload, interval);
    watch.map(|watch| Box::pin(watch.run()) as Work).into_iter().collect()
}

impl SettingsWatch {
    /// `None` if there is no place that could change, or nobody wants to know.
    fn new(reload: Reload, interval: Duration) -> Option<Self> {
        let places = reload.places();
        let seen = stamps(&places);
        (!places.is_empty() && !interval.is_zero()).then_some(Self { reload, places, seen, interval })
    }

    /// Never ends; files are touched on the runtime's threads for that alone.
    async fn run(mut self) {
        loop {
            time::sleep(self.interval).await;
            let Ok(watch) = task::spawn_blocking(move || self.looked()).await else { return };
            self = watch;
        }
    }

    fn looked(mut self) -> Self {
        let now = stamps(&self.places);
        if now != self.seen {
            self.seen = now;
            // It has told of what went wrong; the file is read again once it has changed again.
            let _ = self.reload.run();
        }
        self
    }
}

fn stamps(places: &[PathBuf]) -> Vec<Stamp> {
    places.iter().map(|place| stamp(place)).collect()
}

/// Follows links, so that a mounted directory that is swapped as a whole is seen.
fn stamp(place: &Path) -> Stamp {
    let of = |metadata: Metadata| Some((metadata.modified().ok()?, metadata.len()));
    fs::metadata(place).ok().and_then(of)
}
