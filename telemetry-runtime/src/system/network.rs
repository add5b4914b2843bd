//! Traffic of network interfaces.

use procfs::{ProcResult, net};

/// Bytes of one network interface since it came up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Traffic {
    pub(crate) interface: String,
    pub(crate) received: u64,
    pub(crate) transmitted: u64,
}

/// All interfaces that this process sees, by name.
///
/// # Errors
///
/// Where `/proc/net/dev` cannot be read.
pub(crate) fn traffic() -> ProcResult<Vec<Traffic>> {
    let interfaces = net::dev_status()?.into_values().map(|device| Traffic {
        interface: device.name,
        received: device.recv_bytes,
        transmitted: device.sent_bytes,
    });
    let mut interfaces: Vec<Traffic> = interfaces.collect();
    interfaces.sort_by(|a, b| a.interface.cmp(&b.interface));
    Ok(interfaces)
}
