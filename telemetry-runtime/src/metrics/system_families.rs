//! Families of the machine, which the built-in probes measure, and the short names of the best known.

use super::FamilyKind;

/// A family that a built-in probe measures.
#[derive(Debug, PartialEq)]
pub(crate) struct SystemFamily {
    pub(crate) name: &'static str,
    pub(crate) kind: FamilyKind,
    pub(crate) help: &'static str,
    pub(crate) labels: &'static [&'static str],
}

const fn gauge(name: &'static str, labels: &'static [&'static str], help: &'static str) -> SystemFamily {
    SystemFamily { name, kind: FamilyKind::Gauge, help, labels }
}

pub(crate) static CPU_USAGE_PERCENT: SystemFamily = gauge(
    "cpu_usage_percent",
    &["type"],
    "Share of the time of all processors since the run before, 0 to 100.",
);
pub(crate) static MEMORY_USAGE_BYTES: SystemFamily = gauge(
    "memory_usage_bytes",
    &["type"],
    "Memory of the machine by what becomes of it, and of this process.",
);
pub(crate) static MEMORY_USAGE_PERCENT: SystemFamily =
    gauge("memory_usage_percent", &[], "Share of the machine's memory that is not available, 0 to 100.");
pub(crate) static DISK_USAGE_BYTES: SystemFamily =
    gauge("disk_usage_bytes", &["path"], "Space that is used of the file system of the path.");
pub(crate) static DISK_USAGE_PERCENT: SystemFamily =
    gauge("disk_usage_percent", &["path"], "Share of the space for programs that is used, 0 to 100.");
pub(crate) static ACTIVE_CONNECTIONS: SystemFamily =
    gauge("active_connections", &["type"], "HTTP requests that run here, and established TCP connections.");
pub(crate) static NETWORK_BYTES: SystemFamily = SystemFamily {
    name: "network_bytes_total",
    kind: FamilyKind::Counter,
    help: "Bytes that a network interface has received and transmitted.",
    labels: &["interface", "direction"],
};

/// Labels that pick series of a family.
pub(crate) type Picked = &'static [(&'static str, &'static str)];

/// What a short name such as `cpu` stands for: a family, and the labels of the series that is meant.
pub(crate) fn of_short_name(name: &str) -> Option<(&'static SystemFamily, Picked)> {
    let (family, labels): (_, Picked) = match name {
        "cpu" => (&CPU_USAGE_PERCENT, &[("type", "total")]),
        "memory" => (&MEMORY_USAGE_PERCENT, &[]),
        "disk" => (&DISK_USAGE_PERCENT, &[]),
        "network" => (&NETWORK_BYTES, &[]),
        "connections" => (&ACTIVE_CONNECTIONS, &[]),
        _ => return None,
    };
    Some((family, labels))
}
