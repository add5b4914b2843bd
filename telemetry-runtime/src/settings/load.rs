//! From a file and the environment to settings.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::explain::Origins;
use super::interpolate::interpolate;
use super::node::{Kind, Node};
use super::problems::Problems;
use super::table::Table;
use super::{Settings, consistency, own_variables, preset, standard_variables, yaml};
use crate::setup_error::SetupError;

/// Where a file is looked for that nobody named.
const SEARCHED: [&str; 2] = ["settings.yaml", "config/settings.yaml"];

/// Where settings came from, to be read there again.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum ReadFrom {
    /// No place that could change.
    #[default]
    Nowhere,
    /// Wherever a file is looked for.
    Search,
    File(PathBuf),
}

impl ReadFrom {
    /// `None` if there is no place that could have changed.
    pub(crate) fn read_again(&self) -> Option<Result<Settings, SetupError>> {
        match self {
            Self::Nowhere => None,
            Self::Search => Some(Settings::load()),
            Self::File(path) => Some(Settings::from_file(path)),
        }
    }

    /// Where the file is, or may come to be.
    #[cfg(feature = "_background")]
    pub(crate) fn places(&self) -> Vec<PathBuf> {
        let named = || std::env::var_os(own_variables::FILE).filter(|path| !path.is_empty());
        match self {
            Self::Nowhere => Vec::new(),
            Self::Search => match named() {
                Some(path) => vec![path.into()],
                None => SEARCHED.map(PathBuf::from).to_vec(),
            },
            Self::File(path) => vec![path.clone()],
        }
    }
}

impl Settings {
    /// Loads the settings file and the environment.
    ///
    /// The file is the one that `TELEMETRY_SETTINGS` names, else `./settings.yaml`, else
    /// `./config/settings.yaml`, else none.
    ///
    /// # Errors
    ///
    /// A file that was named and is missing, a file that is not YAML, an unknown key, a value
    /// that is not allowed, and a reference to an unset variable in an enabled block.
    pub fn load() -> Result<Self, SetupError> {
        let settings = Self::load_from(&process_variables(), Path::new("."))?;
        Ok(Self { read_from: ReadFrom::Search, ..settings })
    }

    /// Loads the environment and no file.
    ///
    /// # Errors
    ///
    /// A `TELEMETRY_*` variable with a value that is not allowed, or below a section that does
    /// not know it.
    pub fn from_env() -> Result<Self, SetupError> {
        assemble(None, &process_variables())
    }

    /// Loads this file and the environment, which wins over it.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load); the file must be there.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, SetupError> {
        let settings = from_named_file(path.as_ref(), &process_variables())?;
        Ok(Self { read_from: ReadFrom::File(path.as_ref().to_owned()), ..settings })
    }

    /// Loads this YAML and the environment, which wins over it.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load), apart from files.
    pub fn from_yaml_str(text: &str) -> Result<Self, SetupError> {
        Self::from_yaml_and(text, &process_variables())
    }

    pub(crate) fn read_from(&self) -> &ReadFrom {
        &self.read_from
    }

    /// As [`load`](Self::load), with these variables instead of the process's.
    ///
    /// For tests, which cannot change the process's environment safely.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    pub fn load_from(variables: &BTreeMap<String, String>, working_dir: &Path) -> Result<Self, SetupError> {
        if let Some(path) = variables.get(own_variables::FILE).filter(|path| !path.is_empty()) {
            return from_named_file(&working_dir.join(path), variables);
        }
        for name in SEARCHED {
            let path = working_dir.join(name);
            match read(&path) {
                Ok(bytes) => return assemble(Some((&bytes, name)), variables),
                Err(error) if is_missing(&error) => {}
                Err(source) => return Err(SetupError::File { path, source }),
            }
        }
        assemble(None, variables)
    }

    /// As [`from_yaml_str`](Self::from_yaml_str), with these variables instead of the process's.
    ///
    /// # Errors
    ///
    /// As [`from_yaml_str`](Self::from_yaml_str).
    pub fn from_yaml_and(text: &str, variables: &BTreeMap<String, String>) -> Result<Self, SetupError> {
        assemble(Some((text.as_bytes(), "yaml")), variables)
    }
}

fn process_variables() -> BTreeMap<String, String> {
    let text = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
    std::env::vars_os().map(|(name, value)| (text(name), text(value))).collect()
}

fn from_named_file(path: &Path, variables: &BTreeMap<String, String>) -> Result<Settings, SetupError> {
    match read(path) {
        Ok(bytes) => assemble(Some((&bytes, &path.display().to_string())), variables),
        Err(source) => Err(SetupError::File { path: path.to_owned(), source }),
    }
}

/// Reads a little more than is accepted, so that the parser can refuse a file that is too large.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    // Opening a pipe without a writer would wait for one.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(yaml::LARGEST as u64 + 16).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Lays the sources over the defaults, lowest first, and reports all mistakes at once.
fn assemble(
    file: Option<(&[u8], &str)>,
    variables: &BTreeMap<String, String>,
) -> Result<Settings, SetupError> {
    let mut settings = Settings::default();
    let mut problems = Problems::default();
    if let Some((bytes, name)) = file {
        let root = parse(bytes, &Arc::from(name), variables, &mut problems)?;
        Table::of(&mut settings, "").read(&root, "", &mut problems);
        standard_variables::lift_service(&mut settings, &mut problems);
    }
    let mut warnings = own_variables::read(variables, &mut Table::of(&mut settings, ""), &mut problems);
    standard_variables::read(variables, &mut settings, &mut problems, &mut warnings);
    preset::choose(&mut settings, &mut problems);
    consistency::settle(variables, &mut settings, &mut problems, &mut warnings);
    match SetupError::from_all(problems.errors) {
        Some(error) => Err(error),
        None => {
            settings.warnings = warnings;
            settings.origins = Origins::new(&settings, &problems.sources);
            Ok(settings)
        }
    }
}

fn parse(
    bytes: &[u8],
    document: &Arc<str>,
    variables: &BTreeMap<String, String>,
    problems: &mut Problems,
) -> Result<Node, SetupError> {
    let refuse =
        |message: &str| SetupError::Syntax { source: document.to_string(), message: message.to_owned() };
    let text = std::str::from_utf8(bytes).map_err(|error| refuse(&format!("not UTF-8: {error}")))?;
    let mut root = yaml::parse(text, document)?;
    if matches!(root.kind, Kind::Text(_) | Kind::List(_)) {
        return Err(refuse("the top level is not a mapping of sections such as `telemetry:`"));
    }
    interpolate(&mut root, "", variables, problems);
    Ok(root)
}
