use std::collections::BTreeMap;
use std::path::PathBuf;

pub(crate) use telemetry::{Settings, SetupError};
use telemetry_runtime as telemetry;

pub(crate) fn variables(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

pub(crate) fn load(yaml: &str, pairs: &[(&str, &str)]) -> Result<Settings, SetupError> {
    Settings::from_yaml_and(yaml, &variables(pairs))
}

/// Settings that must load.
#[track_caller]
pub(crate) fn good(yaml: &str, pairs: &[(&str, &str)]) -> Settings {
    load(yaml, pairs).unwrap_or_else(|error| panic!("{error}\nfor {yaml}\nwith {pairs:?}"))
}

/// Settings without a file that must load.
#[track_caller]
pub(crate) fn environment(pairs: &[(&str, &str)]) -> Settings {
    good("", pairs)
}

/// The single mistake in settings.
#[track_caller]
pub(crate) fn bad(yaml: &str, pairs: &[(&str, &str)]) -> SetupError {
    match load(yaml, pairs) {
        Ok(_) => panic!("accepted {yaml}\nwith {pairs:?}"),
        Err(SetupError::Several(errors)) => panic!("several: {errors:#?}\nfor {yaml}\nwith {pairs:?}"),
        Err(error) => error,
    }
}

/// What an explanation says of a setting: value and source.
#[track_caller]
pub(crate) fn explained(settings: &Settings, path: &str) -> (String, String) {
    let text = settings.explain();
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("{path} = ")));
    let line = line.unwrap_or_else(|| panic!("no {path} in\n{text}"));
    let (value, source) = line.rsplit_once(" (").expect("a source");
    (value.to_owned(), source.trim_end_matches(')').to_owned())
}

#[track_caller]
pub(crate) fn value(settings: &Settings, path: &str) -> String {
    explained(settings, path).0
}

/// A directory of its own for one test.
pub(crate) struct Directory(pub(crate) PathBuf);

impl Directory {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("telemetry-settings-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(path.join("config")).expect("a directory");
        Self(path)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.0.join(name), text).expect("a file");
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
