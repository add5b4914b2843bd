//! What `/proc` says of this process.

use std::{fs, sync::OnceLock};

use super::none;
use crate::metrics::{Family, FamilyKind, Value};

/// What the process uses at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Usage {
    cpu_seconds: f64,
    threads: f64,
    /// Unix time.
    start_seconds: f64,
    virtual_bytes: f64,
    resident_bytes: f64,
    open_files: Option<f64>,
    max_files: Option<f64>,
}

/// What numbers of the kernel are counted in.
#[derive(Clone, Copy, Debug)]
struct Units {
    ticks_a_second: f64,
    page_bytes: f64,
    /// Unix time.
    boot_seconds: f64,
}

/// Keys of the auxiliary vector.
const PAGE_SIZE: usize = 6;
const CLOCK_TICKS: usize = 17;

impl Units {
    /// They never change.
    fn get() -> Self {
        static UNITS: OnceLock<Units> = OnceLock::new();
        *UNITS.get_or_init(|| {
            let vector = fs::read("/proc/self/auxv").unwrap_or_default();
            let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
            let boot = stat.lines().find_map(|line| line.strip_prefix("btime ")?.trim().parse().ok());
            Self {
                ticks_a_second: auxiliary(&vector, CLOCK_TICKS).unwrap_or(100.0),
                page_bytes: auxiliary(&vector, PAGE_SIZE).unwrap_or(4096.0),
                boot_seconds: boot.unwrap_or_default(),
            }
        })
    }
}

/// A value of the auxiliary vector, pairs of machine words.
fn auxiliary(vector: &[u8], wanted: usize) -> Option<f64> {
    let (words, _) = vector.as_chunks::<{ size_of::<usize>() }>();
    let (pairs, _) = words.as_chunks::<2>();
    let found = pairs.iter().find(|[key, _]| usize::from_ne_bytes(*key) == wanted)?;
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    Some(usize::from_ne_bytes(found[1]) as f64).filter(|value| *value > 0.0)
}

impl Usage {
    pub(super) fn read() -> Option<Self> {
        let stat = fs::read_to_string("/proc/self/stat").ok()?;
        let limits = fs::read_to_string("/proc/self/limits").ok();
        // The directory that is read is a file, too.
        let files = fs::read_dir("/proc/self/fd").ok().map(|files| files.count().saturating_sub(1));
        #[expect(clippy::cast_precision_loss, reason = "files are fewer")]
        let open_files = files.map(|files| files as f64);
        Self::parse(&stat, Units::get(), open_files, limits.as_deref().and_then(max_files))
    }

    /// `stat` is a line of fields; the second one is the name, which may hold anything.
    fn parse(stat: &str, units: Units, open_files: Option<f64>, max_files: Option<f64>) -> Option<Self> {
        let fields: Vec<f64> =
            stat.rsplit_once(')')?.1.split_whitespace().map(|field| field.parse().unwrap_or(0.0)).collect();
        // As proc(5) numbers them, from 1, and the first here is the third there.
        let field = |number: usize| fields.get(number - 3).copied();
        Some(Self {
            cpu_seconds: (field(14)? + field(15)?) / units.ticks_a_second,
            threads: field(20)?,
            start_seconds: units.boot_seconds + field(22)? / units.ticks_a_second,
            virtual_bytes: field(23)?,
            resident_bytes: field(24)? * units.page_bytes,
            open_files,
            max_files,
        })
    }

    #[cfg(feature = "monitor")]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it was made of a whole number"
    )]
    pub(super) fn resident_bytes(&self) -> u64 {
        self.resident_bytes as u64
    }

    /// `None` where there is no limit.
    #[cfg(feature = "monitor")]
    pub(super) fn open_files_percent(&self) -> Option<f64> {
        Some(self.open_files? * 100.0 / self.max_files?)
    }

    /// The families of every Prometheus client, in their words: a push gateway that has them itself complains of others.
    pub(super) fn families(&self) -> Vec<Family> {
        let mut cpu = Family::new(
            "process_cpu_seconds_total",
            FamilyKind::Counter,
            "Total user and system CPU time spent in seconds.",
        );
        cpu.push(&none(), Value::Amount(self.cpu_seconds));
        let gauge = |name, help, value: Option<f64>| {
            let mut family = Family::new(name, FamilyKind::Gauge, help);
            value.into_iter().for_each(|value| family.push(&none(), Value::Gauge(value)));
            family
        };
        vec![
            cpu,
            gauge("process_open_fds", "Number of open file descriptors.", self.open_files),
            gauge("process_max_fds", "Maximum number of open file descriptors.", self.max_files),
            gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.", Some(self.virtual_bytes)),
            gauge(
                "process_resident_memory_bytes",
                "Resident memory size in bytes.",
                Some(self.resident_bytes),
            ),
            gauge(
                "process_start_time_seconds",
                "Start time of the process since unix epoch in seconds.",
                Some(self.start_seconds),
            ),
            gauge("process_threads", "Number of OS threads in the process.", Some(self.threads)),
        ]
    }
}

/// `Max open files  1024  4096  files`; the soft limit, none if there is none.
fn max_files(limits: &str) -> Option<f64> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// The first number of `schedstat` is the time on a processor.
pub(super) fn thread_cpu_nanos() -> Option<u64> {
    fs::read_to_string("/proc/thread-self/schedstat").ok()?.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_behind_any_name() {
        let units = Units { ticks_a_second: 100.0, page_bytes: 4096.0, boot_seconds: 1000.0 };
        let stat = "1 (a b) c) S 1 1 1 0 -1 0 9 9 9 9 250 50 7 7 20 0 3 0 500 8192 2 18446744073709551615 0";
        let usage = Usage::parse(stat, units, Some(5.0), None).expect("fields");
        assert_eq!((usage.cpu_seconds, usage.threads, usage.start_seconds), (3.0, 3.0, 1005.0));
        assert_eq!((usage.virtual_bytes, usage.resident_bytes), (8192.0, 8192.0));
        assert_eq!(Usage::parse("1 (x) S 1", units, None, None), None);
        let families = usage.families();
        assert!(families.iter().any(|family| family.name == "process_max_fds" && family.series.is_empty()));
    }

    #[test]
    fn limits_and_vectors_are_read() {
        let limits = "Limit  Soft Limit  Hard Limit  Units\nMax open files            1024   4096   files\n";
        assert_eq!(max_files(limits), Some(1024.0));
        assert_eq!(max_files("Max open files   unlimited  unlimited  files"), None);
        let vector: Vec<u8> =
            [6_usize, 4096, 17, 100, 0, 0].into_iter().flat_map(usize::to_ne_bytes).collect();
        assert_eq!(
            (auxiliary(&vector, PAGE_SIZE), auxiliary(&vector, CLOCK_TICKS)),
            (Some(4096.0), Some(100.0))
        );
        assert_eq!(auxiliary(&vector[..9], PAGE_SIZE), None);
    }

    #[test]
    fn this_process_is_read() {
        let before = thread_cpu_nanos();
        let usage = Usage::read().expect("this is Linux");
        assert!(usage.resident_bytes > 1e5 && usage.virtual_bytes > usage.resident_bytes, "{usage:?}");
        assert!(
            usage.threads >= 1.0 && usage.open_files > Some(2.0) && usage.start_seconds > 1e9,
            "{usage:?}"
        );
        assert!(thread_cpu_nanos() >= before);
    }
}
