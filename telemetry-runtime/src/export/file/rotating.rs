//! A file that is begun anew when it is large, and survives what happens to files.

use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use super::FileTarget;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How often old files are looked for.
const SWEEP_INTERVAL: Duration = Duration::from_secs(60 * 60);

/// A file that is only appended to, in whole lines.
///
/// A large one is moved to `{name}.{seconds since 1970}`, and removed once it is old. Whoever moves or removes the
/// file itself finds a new one in its place.
#[derive(Debug)]
pub(super) struct RotatingFile {
    target: FileTarget,
    now: fn() -> SystemTime,
    file: Option<File>,
    /// When the open file was begun.
    begun: SystemTime,
    swept: Option<SystemTime>,
}

/// Whether there can be such a file.
pub(super) fn check(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Err(io::Error::from(io::ErrorKind::IsADirectory));
    }
    if path.file_name().is_none() {
        return Err(io::Error::from(io::ErrorKind::InvalidFilename));
    }
    directory(path).metadata().and_then(|metadata| match metadata.is_dir() {
        true => Ok(()),
        false => Err(io::Error::from(io::ErrorKind::NotADirectory)),
    })
}

fn directory(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

impl RotatingFile {
    pub(super) fn new(target: FileTarget, now: fn() -> SystemTime) -> Self {
        Self { target, now, file: None, begun: UNIX_EPOCH, swept: None }
    }

    pub(super) fn path(&self) -> &Path {
        &self.target.path
    }

    /// Appends whole lines.
    pub(super) fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        self.sweep_if_due();
        let mut file = match self.file.take() {
            Some(file) if is_at(&file, &self.target.path) => file,
            _ => self.open()?,
        };
        if self.is_to_rotate(&file.metadata()?, lines.len()) {
            drop(file);
            self.rotate()?;
            file = self.open()?;
        }
        // After an error the file is opened again, which looks at what was left of the line.
        write_whole(&mut file, lines)?;
        self.file = Some(file);
        Ok(())
    }

    fn open(&mut self) -> io::Result<File> {
        let file = open(&self.target.path)?;
        // Not every file system knows when a file was begun; then it is as old as its last line.
        let metadata = file.metadata()?;
        let known = metadata.created().or_else(|_| metadata.modified());
        self.begun = known.unwrap_or_else(|_| (self.now)());
        Ok(file)
    }

    /// What is no file, a device or a pipe, has no size.
    fn is_to_rotate(&self, metadata: &Metadata, coming: usize) -> bool {
        let size = metadata.len();
        let is_large = size.saturating_add(coming as u64) > self.target.rotate_size;
        metadata.is_file() && size > 0 && (is_large || self.is_old())
    }

    fn is_old(&self) -> bool {
        let age = (self.now)().duration_since(self.begun).unwrap_or_default();
        self.target.rotate_age.is_some_and(|longest| age >= longest)
    }

    fn rotate(&mut self) -> io::Result<()> {
        let seconds = (self.now)().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let mut name = self.target.path.clone().into_os_string();
        name.push(format!(".{seconds}"));
        let mut free = PathBuf::from(&name);
        let mut number = 0_u32;
        while free.exists() {
            number += 1;
            let mut next = name.clone();
            next.push(format!(".{number}"));
            free = next.into();
        }
        fs::rename(&self.target.path, free)
    }

    /// Removes old files; what cannot be removed is tried again with the next.
    fn sweep_if_due(&mut self) {
        let now = (self.now)();
        let is_due = |swept| now.duration_since(swept).is_ok_and(|age| age < SWEEP_INTERVAL);
        if self.swept.is_some_and(is_due) {
            return;
        }
        self.swept = Some(now);
        let oldest = now.checked_sub(DAY.saturating_mul(self.target.retention_days));
        let Some(oldest) = oldest.and_then(|oldest| oldest.duration_since(UNIX_EPOCH).ok()) else { return };
        for (seconds, path) in rotated(&self.target.path) {
            if seconds < oldest.as_secs() {
                drop(fs::remove_file(path));
            }
        }
    }
}

/// Files that were begun before this one and moved away at `oldest` or later, oldest first.
#[cfg(feature = "collector")]
pub(crate) fn rotated_files(path: &Path, oldest: SystemTime) -> Vec<PathBuf> {
    let oldest = oldest.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let mut files: Vec<(u64, PathBuf)> = rotated(path).filter(|(seconds, _)| *seconds >= oldest).collect();
    files.sort();
    files.into_iter().map(|(_, path)| path).collect()
}

/// Files that were moved away, and when, in seconds since 1970.
fn rotated(path: &Path) -> impl Iterator<Item = (u64, PathBuf)> + use<'_> {
    let entries = fs::read_dir(directory(path)).into_iter().flatten().flatten();
    entries.filter_map(|entry| Some((rotated_at(path, &entry.file_name())?, entry.path())))
}

/// When a file of that name was moved away, in seconds since 1970; `None` for files of others.
fn rotated_at(path: &Path, name: &std::ffi::OsStr) -> Option<u64> {
    let own = path.file_name()?.to_str()?;
    let rest = name.to_str()?.strip_prefix(own)?.strip_prefix('.')?;
    let (seconds, number) = rest.split_once('.').unwrap_or((rest, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (is_number(seconds) && is_number(number)).then(|| seconds.parse().ok()).flatten()
}

/// Appends all of it, or takes back what was written: whoever tries again must not write lines twice.
fn write_whole(file: &mut File, lines: &[u8]) -> io::Result<()> {
    let before = file.metadata()?;
    let mut written = 0;
    while written < lines.len() {
        let error = match file.write(&lines[written..]) {
            Ok(0) => io::Error::from(io::ErrorKind::WriteZero),
            Ok(more) => {
                written += more;
                continue;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => error,
        };
        let end = before.len() + written as u64;
        // Nothing is taken back that somebody else has written behind it.
        if before.is_file() && file.metadata().is_ok_and(|now| now.len() == end) {
            drop(file.set_len(before.len()));
        }
        return Err(error);
    }
    Ok(())
}

/// Opens for appending; a last line that is not whole is ended, so that the next one is.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    if is_torn(path, &file.metadata()?)? {
        file.write_all(b"\n")?;
    }
    Ok(file)
}

fn is_torn(path: &Path, metadata: &Metadata) -> io::Result<bool> {
    if !metadata.is_file() || metadata.len() == 0 {
        return Ok(false);
    }
    let mut reader = File::open(path)?;
    reader.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    reader.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

/// Whether the path still leads to the file.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let place = |metadata: &Metadata| (metadata.dev(), metadata.ino());
    matches!((file.metadata(), fs::metadata(path)), (Ok(own), Ok(there)) if place(&own) == place(&there))
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}
