//! Where the database lies.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

/// Where the database lies.
pub(crate) enum DataDirectory {
    /// Removed when dropped.
    Temporary(TempDir),
    /// The user's.
    Given(PathBuf),
}

impl DataDirectory {
    /// The given directory, made if it is not there, else a temporary one.
    pub(crate) fn open(given: Option<&Path>) -> io::Result<Self> {
        let Some(given) = given else {
            return tempfile::Builder::new().prefix("market-gateway-").tempdir().map(Self::Temporary);
        };
        let explain = |error| {
            let hint = "name a directory that can be written to with --data";
            io::Error::other(format!("no data can be kept in `{}`: {error}; {hint}", given.display()))
        };
        fs::create_dir_all(given).map_err(explain)?;
        Ok(Self::Given(given.to_owned()))
    }

    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Temporary(directory) => directory.path(),
            Self::Given(directory) => directory,
        }
    }
}

impl fmt::Display for DataDirectory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path().display())?;
        match self {
            Self::Temporary(_) => f.write_str(" (removed at the end)"),
            Self::Given(_) => Ok(()),
        }
    }
}
