//! The address that the gateway answers at.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use tokio::net::TcpListener;

use crate::console::say;

/// Where the gateway listens unless told otherwise.
pub(crate) const DEFAULT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8000);

/// Listens at the wanted address, or at the default one, where a free port is as good as one that is taken.
pub(crate) async fn bind(wanted: Option<SocketAddr>) -> io::Result<TcpListener> {
    match (TcpListener::bind(wanted.unwrap_or(DEFAULT)).await, wanted) {
        (Ok(listener), _) => Ok(listener),
        (Err(error), None) if error.kind() == io::ErrorKind::AddrInUse => {
            let listener = TcpListener::bind((DEFAULT.ip(), 0)).await?;
            let port = listener.local_addr()?.port();
            say(format_args!("port {} is taken, listening on port {port} instead", DEFAULT.port()));
            Ok(listener)
        }
        (Err(error), wanted) => {
            let address = wanted.unwrap_or(DEFAULT);
            let hint = "name another address with --listen; port 0 takes a free one";
            Err(io::Error::new(error.kind(), format!("cannot listen on {address}: {error}; {hint}")))
        }
    }
}

/// The address under which this machine reaches the listener.
pub(crate) fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}
