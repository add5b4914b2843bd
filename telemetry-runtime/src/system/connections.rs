//! Established connections.

use procfs::{
    ProcError, ProcResult,
    net::{self, TcpState},
};

/// Established TCP connections, of both versions of IP, that this process' network has.
///
/// # Errors
///
/// Where `/proc/net/tcp` cannot be read.
pub(crate) fn established_tcp() -> ProcResult<usize> {
    // A kernel without IPv6 has no such file.
    let sixes = match net::tcp6() {
        Err(ProcError::NotFound(_)) => Ok(Vec::new()),
        read => read,
    }?;
    let all = net::tcp()?.into_iter().chain(sixes);
    Ok(all.filter(|connection| connection.state == TcpState::Established).count())
}
