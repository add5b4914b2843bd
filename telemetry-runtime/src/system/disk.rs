//! Space on file systems.

use rustix::{
    fs::{StatVfs, statvfs},
    io,
};

use super::percent;

/// Space on one file system, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DiskUsage {
    pub(crate) used: u64,
    /// What programs without privileges may still use.
    available: u64,
}

impl DiskUsage {
    /// Reads the file system of `path`; blocks for as long as that does not answer.
    ///
    /// # Errors
    ///
    /// What the system says, such as that there is no such path.
    pub(crate) fn read(path: &str) -> io::Result<Self> {
        statvfs(path).map(|space| Self::of(&space))
    }

    fn of(space: &StatVfs) -> Self {
        let bytes = |blocks: u64| blocks.saturating_mul(space.f_frsize);
        Self { used: bytes(space.f_blocks.saturating_sub(space.f_bfree)), available: bytes(space.f_bavail) }
    }

    /// As `df` has it: of the space for programs, without what is kept for the system.
    pub(crate) fn used_percent(&self) -> f64 {
        percent(self.used, self.used + self.available)
    }
}
