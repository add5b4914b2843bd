//! How all processors spend their time.

use procfs::{CpuTime, CurrentSI, KernelStats, ProcResult};

use super::percent;

/// Ticks that all processors have spent on each kind of work since the start of the machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct CpuTimes {
    user: u64,
    system: u64,
    iowait: u64,
    idle: u64,
    /// Taken by other machines on the same hardware.
    stolen: u64,
}

/// Shares of the time between two readings, in percent of all processors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct CpuShares {
    pub(crate) user: f64,
    pub(crate) system: f64,
    pub(crate) iowait: f64,
    pub(crate) idle: f64,
    /// All that is neither idle nor waiting.
    pub(crate) total: f64,
}

/// A time of fewer ticks says nothing: one tick is a hundredth of a second.
const FEWEST: u64 = 20;

impl CpuTimes {
    /// # Errors
    ///
    /// Where `/proc/stat` cannot be read.
    pub(crate) fn read() -> ProcResult<Self> {
        Ok(Self::of(&KernelStats::current()?.total))
    }

    /// The kernel counts time of guests as user time already.
    fn of(time: &CpuTime) -> Self {
        let some = |ticks: Option<u64>| ticks.unwrap_or_default();
        Self {
            user: time.user + time.nice,
            system: time.system + some(time.irq) + some(time.softirq),
            iowait: some(time.iowait),
            idle: time.idle,
            stolen: some(time.steal),
        }
    }

    /// What happened since `earlier`; none if that is too short a time.
    pub(crate) fn since(&self, earlier: &Self) -> Option<CpuShares> {
        // The kernel corrects itself at times, and a count goes back.
        let spent = |now: u64, before: u64| now.saturating_sub(before);
        let user = spent(self.user, earlier.user);
        let system = spent(self.system, earlier.system);
        let iowait = spent(self.iowait, earlier.iowait);
        let idle = spent(self.idle, earlier.idle);
        let busy = user + system + spent(self.stolen, earlier.stolen);
        let all = busy + iowait + idle;
        (all >= FEWEST).then(|| CpuShares {
            user: percent(user, all),
            system: percent(system, all),
            iowait: percent(iowait, all),
            idle: percent(idle, all),
            total: percent(busy, all),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_of_the_time_between() {
        let earlier = CpuTimes { user: 1000, system: 500, iowait: 100, idle: 9000, stolen: 0 };
        let later = CpuTimes { user: 1030, system: 510, iowait: 105, idle: 9045, stolen: 10 };
        let shares = later.since(&earlier).expect("long enough");
        assert_eq!((shares.user, shares.system, shares.iowait, shares.idle), (30.0, 10.0, 5.0, 45.0));
        assert_eq!(shares.total, 50.0, "stolen time is not this machine's to use");
    }

    #[test]
    fn a_moment_and_a_count_that_goes_back_say_nothing_wrong() {
        let earlier = CpuTimes { iowait: 100, idle: 9000, ..CpuTimes::default() };
        assert_eq!(earlier.since(&earlier), None);
        assert_eq!(CpuTimes { idle: 9000 + FEWEST - 1, ..earlier }.since(&earlier), None);
        let corrected = CpuTimes { iowait: 90, idle: 9100, ..CpuTimes::default() };
        let shares = corrected.since(&earlier).expect("long enough");
        assert_eq!((shares.iowait, shares.idle), (0.0, 100.0));
    }
}
