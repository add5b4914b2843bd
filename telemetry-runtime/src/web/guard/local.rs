//! Whether a request was meant for this machine.

use std::net::IpAddr;

use axum::extract::Request;
use http::{HeaderMap, header, uri::Authority};

/// Headers by which proxies tell for whom they ask.
const FORWARDING: [&str; 9] = [
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
    "x-client-ip",
    "cf-connecting-ip",
    "true-client-ip",
];

/// Whether a proxy stands between the peer and somebody else.
pub(super) fn is_forwarded(headers: &HeaderMap) -> bool {
    FORWARDING.iter().any(|name| headers.contains_key(*name))
}

/// Whether all names that the request has for its server are of the loopback interface; one it must have.
pub(super) fn asks_for_loopback(request: &Request) -> bool {
    let hosts = request.headers().get_all(header::HOST).iter();
    let mut names = 0;
    for host in hosts {
        names += 1;
        if names > 1 || !host.to_str().is_ok_and(is_loopback) {
            return false;
        }
    }
    match request.uri().authority() {
        Some(authority) => is_loopback(authority.as_str()),
        None => names == 1,
    }
}

/// `localhost`, a name below it, or a loopback address, each with or without a port.
fn is_loopback(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    if host.contains('@') {
        return false;
    }
    let name = authority.host().trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
    let name = name.strip_suffix('.').unwrap_or(&name);
    name == "localhost"
        || name.ends_with(".localhost")
        || name.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_names_with_and_without_a_port() {
        let local = [
            "localhost",
            "LOCALHOST:80",
            "localhost.",
            "a.localhost:1",
            "127.0.0.1",
            "127.8.9.1:80",
            "[::1]",
        ];
        for host in local.into_iter().chain(["[::1]:8080", "[::ffff:127.0.0.1]"]) {
            assert!(is_loopback(host), "{host}");
        }
        let foreign = [
            "",
            ":80",
            "example.com",
            "localhost.example.com",
            "notlocalhost",
            "127.0.0.1.example.com",
            "10.0.0.1",
            "0.0.0.0",
            "[::]",
            "localhost@example.com",
            "example.com@localhost",
            "127.0.0.1:80:80",
            "lo calhost",
        ];
        for host in foreign {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
