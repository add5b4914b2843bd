//! Memory of the machine.

use procfs::{Current, Meminfo, ProcResult};

use super::percent;

/// Memory of the machine, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MemoryUsage {
    pub(crate) total: u64,
    /// What programs could have without swapping.
    pub(crate) available: u64,
    /// Copies of files, and what else the kernel would give back.
    pub(crate) cached: u64,
    /// Swapped out.
    pub(crate) swapped: u64,
}

impl MemoryUsage {
    /// # Errors
    ///
    /// Where `/proc/meminfo` cannot be read.
    pub(crate) fn read() -> ProcResult<Self> {
        Meminfo::current().map(|info| Self::of(&info))
    }

    fn of(info: &Meminfo) -> Self {
        Self {
            total: info.mem_total,
            // Kernels before 3.14 do not say it.
            available: info.mem_available.unwrap_or(info.mem_free + info.cached),
            cached: info.cached + info.s_reclaimable.unwrap_or_default(),
            swapped: info.swap_total.saturating_sub(info.swap_free),
        }
    }

    pub(crate) fn used(&self) -> u64 {
        self.total.saturating_sub(self.available)
    }

    pub(crate) fn used_percent(&self) -> f64 {
        percent(self.used(), self.total)
    }
}
