//! What the operating system tells of the machine; only Linux does.

mod connections;
mod cpu;
mod disk;
mod memory;
mod network;

pub(crate) use self::{
    connections::established_tcp, cpu::CpuTimes, disk::DiskUsage, memory::MemoryUsage, network::traffic,
};

/// `part` of `whole` in percent; nothing of nothing is none.
#[expect(clippy::cast_precision_loss, reason = "2^52 bytes or ticks are not to be expected")]
fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 }
}
