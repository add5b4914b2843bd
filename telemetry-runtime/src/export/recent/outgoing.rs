//! Calls to others that no operation counts, as recorded spans tell of them.

use std::{
    collections::{BTreeMap, VecDeque},
    time::{Duration, SystemTime},
};

use opentelemetry::trace::{SpanKind, Status};
use opentelemetry_sdk::trace::SpanData;

use super::trace::attribute;

/// Calls that are remembered; the oldest give way.
const CAPACITY: usize = 4096;

/// Who may be called, at the most; further ones count as `other`.
const MOST_PEERS: usize = 100;

/// The longest name of somebody who is called, in bytes.
const LONGEST_NAME: usize = 100;

/// What calls to one peer add up to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outgoing {
    pub(crate) peer: String,
    /// How long each took, and whether it failed.
    pub(crate) calls: Vec<(Duration, bool)>,
}

/// The last calls, oldest first.
#[derive(Debug, Default)]
pub(super) struct Calls(VecDeque<Call>);

#[derive(Debug)]
struct Call {
    at: SystemTime,
    peer: String,
    took: Duration,
    has_failed: bool,
}

impl Calls {
    pub(super) fn note(&mut self, span: &SpanData) {
        let is_outgoing = matches!(span.span_kind, SpanKind::Client | SpanKind::Producer);
        // Those of operations are counted, and need no spans.
        if !is_outgoing || attribute(span, "operation").is_some() {
            return;
        }
        let Some(mut peer) = peer(span) else { return };
        peer.truncate(peer.floor_char_boundary(LONGEST_NAME));
        if self.0.len() == CAPACITY {
            self.0.pop_front();
        }
        let took = span.end_time.duration_since(span.start_time).unwrap_or_default();
        let has_failed = matches!(span.status, Status::Error { .. });
        self.0.push_back(Call { at: span.end_time, peer, took, has_failed });
    }

    /// Those that ended since then, by peer.
    pub(super) fn since(&self, since: SystemTime) -> Vec<Outgoing> {
        let mut peers: BTreeMap<&str, Vec<(Duration, bool)>> = BTreeMap::new();
        for call in self.0.iter().filter(|call| call.at >= since) {
            let is_known = peers.len() < MOST_PEERS || peers.contains_key(&*call.peer);
            let peer = if is_known { &call.peer } else { "other" };
            peers.entry(peer).or_default().push((call.took, call.has_failed));
        }
        peers.into_iter().map(|(peer, calls)| Outgoing { peer: peer.to_owned(), calls }).collect()
    }
}

/// Whom a span calls, by what OpenTelemetry's conventions say of it.
fn peer(span: &SpanData) -> Option<String> {
    ["peer.service", "server.address", "db.system.name", "messaging.system", "rpc.service"]
        .into_iter()
        .find_map(|key| attribute(span, key))
        .filter(|peer| !peer.is_empty())
}
