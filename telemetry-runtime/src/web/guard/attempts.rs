//! How often somebody may be wrong about the token.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use crate::clock::Clock;

/// The time after which a failure is forgiven.
const FORGIVEN_AFTER: Duration = Duration::from_secs(6);

/// Failures at once.
const AT_ONCE: u32 = 10;

/// Peers that are told apart; all further ones are one.
const MOST_PEERS: usize = 1024;

/// Who is wrong: an address, the network of one, or everybody who is not told apart.
type Peer = Option<IpAddr>;

/// Counts failures, a bucket for each peer that forgives one of them after the other.
#[derive(Debug)]
pub(super) struct Attempts {
    clock: Clock,
    /// When all failures of a peer will be forgiven.
    forgiven_at: Mutex<HashMap<Peer, Duration>>,
}

impl Attempts {
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, forgiven_at: Mutex::default() }
    }

    /// How long the peer has to wait before it may try; none if it may.
    pub(super) fn wait(&self, peer: Option<IpAddr>) -> Option<Duration> {
        let forgiven_at = self.forgiven_at.lock().unwrap_or_else(PoisonError::into_inner);
        let at = *forgiven_at.get(&key(&forgiven_at, peer))?;
        let wait = at.saturating_sub(self.clock.now()).saturating_sub(FORGIVEN_AFTER * (AT_ONCE - 1));
        (!wait.is_zero()).then_some(wait)
    }

    /// Counts a failure.
    pub(super) fn fail(&self, peer: Option<IpAddr>) {
        let now = self.clock.now();
        let mut forgiven_at = self.forgiven_at.lock().unwrap_or_else(PoisonError::into_inner);
        if forgiven_at.len() >= MOST_PEERS {
            forgiven_at.retain(|_, at| *at > now);
        }
        let key = key(&forgiven_at, peer);
        let at = forgiven_at.entry(key).or_default();
        *at = (*at).max(now) + FORGIVEN_AFTER;
    }
}

fn key(known: &HashMap<Peer, Duration>, peer: Option<IpAddr>) -> Peer {
    let peer = peer.map(network);
    if known.contains_key(&peer) || known.len() < MOST_PEERS { peer } else { None }
}

/// Whoever has an address of IPv6 has a network of them.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = u128::from(address) >> 64 << 64;
            IpAddr::V6(Ipv6Addr::from(network))
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(number: u32) -> Option<IpAddr> {
        Some(IpAddr::V4(number.into()))
    }

    #[test]
    fn ten_failures_at_once_and_one_each_six_seconds() {
        let (clock, hands) = Clock::manual();
        let attempts = Attempts::new(clock);
        for _ in 0..10 {
            assert_eq!(attempts.wait(peer(1)), None);
            attempts.fail(peer(1));
        }
        assert_eq!(attempts.wait(peer(1)), Some(Duration::from_secs(6)));
        assert_eq!(attempts.wait(peer(2)), None, "others are not to blame");
        hands.advance(Duration::from_secs(5));
        assert_eq!(attempts.wait(peer(1)), Some(Duration::from_secs(1)));
        hands.advance(Duration::from_secs(1));
        assert_eq!(attempts.wait(peer(1)), None);
        attempts.fail(peer(1));
        assert!(attempts.wait(peer(1)).is_some());
        hands.advance(Duration::from_secs(60));
        assert_eq!(attempts.wait(peer(1)), None);
    }

    #[test]
    fn a_network_of_ipv6_is_one_peer() {
        let attempts = Attempts::new(Clock::manual().0);
        let address = |last: u128| Some(IpAddr::V6(Ipv6Addr::from(0x2001_0db8_u128 << 96 | last)));
        (0..10).for_each(|last| attempts.fail(address(last)));
        assert!(attempts.wait(address(99)).is_some());
        assert_eq!(attempts.wait(address(1 << 64)), None);
    }

    #[test]
    fn memory_is_bounded_and_forgets_the_forgiven() {
        let (clock, hands) = Clock::manual();
        let attempts = Attempts::new(clock);
        (0..100_000).for_each(|number| attempts.fail(peer(number)));
        assert!(attempts.forgiven_at.lock().expect("no panic").len() <= MOST_PEERS + 1);
        assert!(attempts.wait(peer(200_000)).is_some(), "all further ones are one");
        hands.advance(Duration::from_secs(1_000_000));
        attempts.fail(peer(7));
        assert_eq!(attempts.forgiven_at.lock().expect("no panic").len(), 1);
        assert_eq!(attempts.wait(peer(200_000)), None);
    }
}
