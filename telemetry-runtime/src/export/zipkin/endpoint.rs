//! The two ends of a call.

use std::{
    borrow::Cow,
    net::{IpAddr, SocketAddr},
};

use opentelemetry::trace::SpanKind;
use opentelemetry_sdk::trace::SpanData;
use serde::Serialize;

use crate::export::flat;

/// One end of a call.
#[derive(Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Endpoint<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) service_name: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ipv4: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ipv6: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) port: Option<u16>,
}

/// Attributes that name the other end, the best first, and those with its port.
const REMOTE: [(&str, &str); 11] = [
    ("peer.service", ""),
    ("server.address", "server.port"),
    ("net.peer.name", "net.peer.port"),
    ("network.peer.address", "network.peer.port"),
    ("server.socket.domain", "server.socket.port"),
    ("server.socket.address", "server.socket.port"),
    ("net.sock.peer.name", "net.sock.peer.port"),
    ("net.sock.peer.addr", "net.sock.peer.port"),
    ("peer.hostname", ""),
    ("peer.address", ""),
    ("db.name", ""),
];

/// Whom the span called; only who calls knows that.
pub(super) fn remote(span: &SpanData) -> Option<Endpoint<'_>> {
    if !matches!(span.span_kind, SpanKind::Client | SpanKind::Producer) {
        return None;
    }
    let attribute = |key| flat::text(&span.attributes, key);
    let (name, port) = REMOTE.into_iter().find_map(|(name, port)| Some((attribute(name)?, port)))?;
    let port = attribute(port).and_then(|port| port.parse().ok());
    Some(match (name.parse(), name.parse()) {
        (Ok(ip), _) => of_ip(ip, port),
        (_, Ok(SocketAddr::V4(address))) => of_ip((*address.ip()).into(), Some(address.port())),
        (_, Ok(SocketAddr::V6(address))) => of_ip((*address.ip()).into(), Some(address.port())),
        _ => Endpoint { service_name: Some(name), port, ..Endpoint::default() },
    })
}

fn of_ip(ip: IpAddr, port: Option<u16>) -> Endpoint<'static> {
    // Zipkin prefers the first form for mapped addresses.
    match ip.to_canonical() {
        IpAddr::V4(ip) => Endpoint { ipv4: Some(ip.to_string()), port, ..Endpoint::default() },
        IpAddr::V6(ip) => Endpoint { ipv6: Some(ip.to_string()), port, ..Endpoint::default() },
    }
}
