//! What the process is, uses and costs: build, memory, files, the async runtime, and telemetry's own share.

#[cfg(target_os = "linux")]
mod linux;
mod runtime;

pub(crate) use self::runtime::RuntimeWatch;
use crate::metrics::{Family, FamilyKind, Labels, Value};

/// Nanoseconds that the calling thread has had a processor for; `None` where the system does not say.
pub(crate) fn thread_cpu_nanos() -> Option<u64> {
    #[cfg(target_os = "linux")]
    return linux::thread_cpu_nanos();
    #[cfg(not(target_os = "linux"))]
    None
}

/// One series that tells what runs here.
pub(crate) fn build_info(service: &str, version: Option<&str>) -> Family {
    let mut family =
        Family::new("build_info", FamilyKind::Gauge, "1, with what the program was built of as labels.");
    let labels = Labels::new([
        ("service", service.to_owned()),
        ("version", version.unwrap_or_default().to_owned()),
        ("telemetry_version", env!("CARGO_PKG_VERSION").to_owned()),
    ]);
    family.push(&labels, Value::Gauge(1.0));
    family
}

/// What the process uses, under the names that all Prometheus clients use; nothing where the system does not say.
pub(crate) fn families() -> Vec<Family> {
    #[cfg(target_os = "linux")]
    return linux::Usage::read().map(|usage| usage.families()).unwrap_or_default();
    #[cfg(not(target_os = "linux"))]
    Vec::new()
}

/// Memory of the process that is resident; `None` where the system does not say.
#[cfg(feature = "monitor")]
pub(crate) fn resident_bytes() -> Option<u64> {
    #[cfg(target_os = "linux")]
    return linux::Usage::read().map(|usage| usage.resident_bytes());
    #[cfg(not(target_os = "linux"))]
    None
}

/// Files and sockets that are open, of as many as may be, in percent; `None` where the system does not say.
#[cfg(feature = "monitor")]
pub(crate) fn open_files_percent() -> Option<f64> {
    #[cfg(target_os = "linux")]
    return linux::Usage::read().and_then(|usage| usage.open_files_percent());
    #[cfg(not(target_os = "linux"))]
    None
}

/// What telemetry itself costs.
#[expect(clippy::cast_precision_loss, reason = "2^52 bytes are not to be expected")]
pub(crate) fn own_cost(cpu_seconds: Option<f64>, bytes: usize) -> Vec<Family> {
    let mut cpu = Family::new(
        "telemetry_self_cpu_seconds_total",
        FamilyKind::Counter,
        "Processor time of telemetry's own thread, in seconds.",
    );
    if let Some(seconds) = cpu_seconds {
        cpu.push(&none(), Value::Amount(seconds));
    }
    let mut memory = Family::new(
        "telemetry_self_memory_bytes",
        FamilyKind::Gauge,
        "Memory of counts, series and span rings, roughly.",
    );
    memory.push(&none(), Value::Gauge(bytes as f64));
    vec![cpu, memory]
}

fn none() -> Labels {
    Labels::new::<&str, &str>([])
}
