//! The file that remembers alerts over a restart.

use std::{
    collections::HashMap,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::{Duration, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};
use tokio::{sync::watch, task::spawn_blocking};

use super::{
    engine::BEFORE,
    instance::{Held, Instance, Moment, Phase},
    rule::Rule,
    watched::Watched,
};
use crate::{
    export::Work,
    fault::{self, Fault},
    metrics::Labels,
};

/// Grows when a reader of this one could not read the next.
const VERSION: u32 = 1;

/// A file larger than this is not ours.
const LARGEST: u64 = 64 << 20;

/// How long a series may be missing after a restart: the slowest built-in probe comes each five minutes.
const ABSENCE: Duration = Duration::from_secs(6 * 60);

#[derive(Serialize, Deserialize)]
struct File {
    version: u32,
    alerts: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Entry {
    rule: String,
    /// In the order of the series.
    labels: Vec<(String, String)>,
    state: State,
    /// Microseconds since 1970.
    since_unix_us: u64,
    /// None where JSON has no such number.
    value: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Pending,
    Firing,
    Cooldown,
}

/// What the file says, by rule.
#[derive(Debug, Default)]
pub(super) struct Remembered(HashMap<String, Vec<Entry>>);

impl Remembered {
    /// Reads the file; one that is not there remembers nothing, one that cannot be read is told of.
    pub(super) fn read(path: &Path) -> Self {
        match read(path) {
            Ok(file) => {
                let mut by_rule: HashMap<String, Vec<Entry>> = HashMap::new();
                for entry in file.alerts {
                    by_rule.entry(entry.rule.clone()).or_default().push(entry);
                }
                Self(by_rule)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::default(),
            Err(error) => {
                tell(&format!(
                    "the alerts of before are not known, because {} cannot be read: {error}; remove it, or set \
                     `alerts.state_file`",
                    path.display()
                ));
                Self::default()
            }
        }
    }

    /// What is known of a rule's series.
    pub(super) fn take(&mut self, rule: &Rule, moment: Moment) -> Vec<(Labels, Instance)> {
        let entries = self.0.remove(&rule.name).unwrap_or_default().into_iter();
        entries.map(|entry| (Labels::new(entry.labels.clone()), entry.instance(rule, moment))).collect()
    }
}

impl Entry {
    fn new(rule: &str, labels: &Labels, instance: &Instance) -> Self {
        let since = instance.at.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            rule: rule.to_owned(),
            labels: labels.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            state: match instance.phase {
                Phase::Pending => State::Pending,
                Phase::Firing => State::Firing,
                Phase::Resting { .. } => State::Cooldown,
            },
            since_unix_us: u64::try_from(since.as_micros()).unwrap_or(u64::MAX),
            value: Some(instance.value).filter(|value| value.is_finite()),
        }
    }

    /// A wall clock that has jumped makes it neither younger than now nor older than a year.
    fn instance(&self, rule: &Rule, moment: Moment) -> Instance {
        let at = UNIX_EPOCH + Duration::from_micros(self.since_unix_us.min(u64::MAX / 4));
        let at = at.min(moment.wall);
        let ago = moment.wall.duration_since(at).unwrap_or_default().min(BEFORE);
        let window = if rule.has_window() { rule.settings.window } else { Duration::ZERO };
        Instance {
            phase: match self.state {
                State::Pending => Phase::Pending,
                State::Firing => Phase::Firing,
                State::Cooldown => Phase::Resting { again: None },
            },
            since: moment.now.saturating_sub(ago),
            at,
            value: self.value.unwrap_or_default(),
            held: Held { value: moment.now + window, absence: moment.now + window.max(ABSENCE) },
        }
    }
}

/// Writes the file whenever something has changed, one at a time, on a thread that may block.
#[derive(Debug)]
pub(super) struct Keeper {
    /// What the file says; none if that is not known.
    last: Option<Vec<Entry>>,
    texts: watch::Sender<String>,
}

impl Keeper {
    /// A keeper, and who writes for it until it is gone.
    pub(super) fn new(path: PathBuf) -> (Self, Work) {
        let (texts, written) = watch::channel(String::new());
        let last = (!path.exists()).then(Vec::new);
        (Self { last, texts }, Box::pin(write_along(path, written)))
    }

    /// Has the file written if it says something else.
    pub(super) fn keep(&mut self, watched: &[Watched]) {
        let entries = watched.iter().flat_map(|watched| {
            let groups = watched.groups().iter();
            groups.filter_map(|group| {
                Some(Entry::new(&watched.rule.name, &group.labels, group.instance.as_ref()?))
            })
        });
        let entries: Vec<Entry> = entries.collect();
        let is_same = |(a, b): (&Entry, &Entry)| {
            (&a.rule, &a.labels, a.state, a.since_unix_us) == (&b.rule, &b.labels, b.state, b.since_unix_us)
        };
        let is_known =
            |last: &Vec<Entry>| last.len() == entries.len() && last.iter().zip(&entries).all(is_same);
        if self.last.as_ref().is_some_and(is_known) {
            return;
        }
        let file = File { version: VERSION, alerts: entries };
        // Numbers and texts are all that is in it.
        if let Ok(text) = serde_json::to_string(&file) {
            // Nobody writes where that thread could not be started.
            drop(self.texts.send(text));
        }
        self.last = Some(file.alerts);
    }
}

async fn write_along(path: PathBuf, mut texts: watch::Receiver<String>) {
    let mut has_told = false;
    while texts.changed().await.is_ok() {
        let text = texts.borrow_and_update().clone();
        let to = path.clone();
        let written = spawn_blocking(move || write(&to, &text)).await;
        let failed = match written {
            Ok(Ok(())) => {
                has_told = false;
                continue;
            }
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        if !std::mem::replace(&mut has_told, true) {
            tell(&format!(
                "a restart will not know of the alerts of now, because {} cannot be written: {failed}; set \
                 `alerts.state_file`, or switch `alerts.keep_state` off",
                path.display()
            ));
        }
    }
}

/// As a whole or not at all.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let mut file = fs::File::create(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_data()?;
    fs::rename(&beside, path)
}

fn read(path: &Path) -> io::Result<File> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() || metadata.len() > LARGEST {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it is no file of alerts"));
    }
    let file: File = serde_json::from_slice(&fs::read(path)?)?;
    if file.version != VERSION {
        let message = format!("its version is {} and not {VERSION}", file.version);
        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
    }
    Ok(file)
}

fn tell(message: &str) {
    fault::report(&Fault::new("alerts", message));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::AlertRuleSettings;

    fn moment(seconds: u64) -> Moment {
        Moment { now: BEFORE, wall: UNIX_EPOCH + Duration::from_secs(seconds) }
    }

    fn entry(state: State, seconds: u64) -> Entry {
        let labels = vec![("path".to_owned(), "/".to_owned())];
        Entry {
            rule: "cpu > 1".to_owned(),
            labels,
            state,
            since_unix_us: seconds * 1_000_000,
            value: Some(2.0),
        }
    }

    #[test]
    fn what_is_remembered_goes_on_where_it_was() {
        let rule = Rule::new(AlertRuleSettings::new("cpu", 1.0), Duration::ZERO);
        let instance = entry(State::Firing, 1000).instance(&rule, moment(1060));
        assert_eq!((instance.phase, instance.since), (Phase::Firing, BEFORE - Duration::from_secs(60)));
        assert_eq!(
            Entry::new(&rule.name, &Labels::new([("path", "/")]), &instance),
            entry(State::Firing, 1000)
        );
        let resting = entry(State::Cooldown, 1000).instance(&rule, moment(1060));
        assert_eq!(resting.phase, Phase::Resting { again: None });
    }

    #[test]
    fn a_clock_that_has_jumped_does_no_harm() {
        let rule = Rule::new(AlertRuleSettings::new("cpu", 1.0), Duration::ZERO);
        let back = entry(State::Pending, 5000).instance(&rule, moment(1000));
        assert_eq!((back.since, back.at), (BEFORE, moment(1000).wall));
        let ahead = entry(State::Pending, 0).instance(&rule, moment(400 * 24 * 60 * 60));
        assert_eq!(ahead.since, Duration::ZERO);
    }

    #[test]
    fn a_file_is_written_as_a_whole_and_a_bad_one_is_left() {
        let place = tempfile::tempdir().expect("a directory");
        let path = place.path().join("alerts.json");
        assert!(Remembered::read(&path).0.is_empty());
        let file = File { version: VERSION, alerts: vec![entry(State::Firing, 7)] };
        write(&path, &serde_json::to_string(&file).expect("JSON")).expect("a place to write");
        assert_eq!(Remembered::read(&path).0["cpu > 1"], [entry(State::Firing, 7)]);
        for bad in ["", "{", "{\"version\":2,\"alerts\":[]}", "[]"] {
            fs::write(&path, bad).expect("a place to write");
            assert!(read(&path).is_err(), "{bad}");
        }
    }
}
