//! Probes that need nobody to register them.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::{
    Measured, PerformanceMonitor, ProbeOptions, Readings, RegisterError, recording::Fed, register::AnyProbe,
};
use crate::{
    fault::{self, Fault},
    metrics::{
        MeasuredFamily, MetricRegistry,
        system_families::{
            ACTIVE_CONNECTIONS, CPU_USAGE_PERCENT, DISK_USAGE_BYTES, DISK_USAGE_PERCENT, MEMORY_USAGE_BYTES,
            MEMORY_USAGE_PERCENT, NETWORK_BYTES, SystemFamily,
        },
    },
    periodic::Work,
    process,
    settings::ProbeSettings,
    system::{CpuTimes, DiskUsage, MemoryUsage, established_tcp, traffic},
};

/// Adds all of them.
pub(super) fn add(monitor: &PerformanceMonitor) {
    let config = &monitor.shared.config;
    let ProbeSettings { cpu, memory, disk, network, connections, .. } = config.probes;
    add_one(monitor, "cpu", cpu, &[&CPU_USAGE_PERCENT], cpu_probe());
    add_one(monitor, "memory", memory, &[&MEMORY_USAGE_BYTES, &MEMORY_USAGE_PERCENT], read_memory);
    // One for each: a file system that hangs is no reason not to measure the others.
    for path in &config.disk_paths {
        let (name, path) = (format!("disk:{path}"), path.clone());
        add_one(monitor, &name, disk, &[&DISK_USAGE_BYTES, &DISK_USAGE_PERCENT], move || read_disk(&path));
    }
    add_one(monitor, "network", network, &[&NETWORK_BYTES], read_network);
    let registry = Arc::clone(&monitor.shared.registry);
    add_one(monitor, "connections", connections, &[&ACTIVE_CONNECTIONS], move || read_connections(&registry));
}

fn add_one(
    monitor: &PerformanceMonitor,
    name: &str,
    interval: Duration,
    families: &[&'static SystemFamily],
    read: impl Fn() -> Measured + Send + Sync + 'static,
) {
    let fed = |family: &&'static SystemFamily| {
        MeasuredFamily::own(&monitor.shared.registry, family).map(|measured| Fed::new(Some(family), measured))
    };
    let families: Result<Vec<Fed>, _> = families.iter().map(fed).collect();
    let families = families.map_err(RegisterError::Metric);
    let registered = families.and_then(|families| {
        let probe = AnyProbe { work: Work::Blocking(Arc::new(read)), families, on_error: Arc::new(|_| {}) };
        monitor.register(name, ProbeOptions::every(interval), probe)
    });
    // A path that is listed twice, or names of which there are too many.
    if let Err(error) = registered {
        fault::report(&Fault::new("monitor", format!("probe `{name}` is left out: {error}")));
    }
}

/// Shares are of the time since the run before, the first one of that since now.
fn cpu_probe() -> impl Fn() -> Measured + Send + Sync + 'static {
    let before = Mutex::new(CpuTimes::read().ok());
    move || {
        let now = CpuTimes::read()?;
        let mut before = before.lock().unwrap_or_else(PoisonError::into_inner);
        let mut readings = Readings::new();
        let Some(shares) = now.since(before.get_or_insert(now)) else { return Ok(readings) };
        *before = Some(now);
        let by_type = [
            ("user", shares.user),
            ("system", shares.system),
            ("iowait", shares.iowait),
            ("idle", shares.idle),
            ("total", shares.total),
        ];
        by_type.into_iter().for_each(|(kind, share)| readings.push(&CPU_USAGE_PERCENT, [kind], share));
        Ok(readings)
    }
}

fn read_memory() -> Measured {
    let memory = MemoryUsage::read()?;
    let mut readings = Readings::new();
    let by_type = [
        ("used", Some(memory.used())),
        ("available", Some(memory.available)),
        ("cached", Some(memory.cached)),
        ("swap", Some(memory.swapped)),
        ("process", process::resident_bytes()),
    ];
    for (kind, bytes) in by_type {
        if let Some(bytes) = bytes {
            readings.push(&MEMORY_USAGE_BYTES, [kind], exact(bytes));
        }
    }
    readings.push(&MEMORY_USAGE_PERCENT, [""; 0], memory.used_percent());
    Ok(readings)
}

fn read_disk(path: &str) -> Measured {
    let disk = DiskUsage::read(path).map_err(|error| format!("`{path}` cannot be measured: {error}"))?;
    let mut readings = Readings::new();
    readings.push(&DISK_USAGE_BYTES, [path.to_owned()], exact(disk.used));
    readings.push(&DISK_USAGE_PERCENT, [path.to_owned()], disk.used_percent());
    Ok(readings)
}

fn read_network() -> Measured {
    let mut readings = Readings::new();
    for interface in traffic()? {
        for (direction, bytes) in [("receive", interface.received), ("transmit", interface.transmitted)] {
            let labels = [interface.interface.clone(), direction.to_owned()];
            readings.push(&NETWORK_BYTES, labels, exact(bytes));
        }
    }
    Ok(readings)
}

fn read_connections(registry: &MetricRegistry) -> Measured {
    let mut readings = Readings::new();
    #[cfg(feature = "axum")]
    readings.push(&ACTIVE_CONNECTIONS, ["http"], exact(registry.http_server().active_now()));
    #[cfg(not(feature = "axum"))]
    let _ = registry;
    readings.push(&ACTIVE_CONNECTIONS, ["tcp_established"], exact(established_tcp()? as u64));
    Ok(readings)
}

#[expect(clippy::cast_precision_loss, reason = "2^53 bytes or connections are not to be expected")]
fn exact(count: u64) -> f64 {
    count as f64
}
