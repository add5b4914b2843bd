//! The probes of a half-open breaker: bounded, each with a lease.

use std::num::NonZeroU64;

/// The right to run one call in half-open state.
///
/// Numbers are never given out twice, so one of an earlier half-open period is nobody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ticket(pub(super) NonZeroU64);

/// How a call went, as far as the rates care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Judged {
    pub(super) failed: bool,
    pub(super) slow: bool,
}

#[derive(Debug, Default)]
pub(super) struct Probes {
    out: Vec<Lease>,
    pub(super) finished: u32,
    pub(super) failed: u32,
    pub(super) slow: u32,
}

#[derive(Debug)]
struct Lease {
    ticket: Ticket,
    until: u64,
}

impl Probes {
    /// A permit is taken when it is given out and not when its probe ends: never more probes run than are permitted.
    pub(super) fn has_room(&self, permits: u32) -> bool {
        self.finished as usize + self.out.len() < permits as usize
    }

    pub(super) fn give_out(&mut self, ticket: Ticket, until: u64) {
        self.out.push(Lease { ticket, until });
    }

    /// Takes a probe back; false if it is not one of these, or not any more.
    pub(super) fn take_back(&mut self, ticket: Ticket) -> bool {
        let place = self.out.iter().position(|lease| lease.ticket == ticket);
        place.map(|place| self.out.swap_remove(place)).is_some()
    }

    /// Probes that hang beyond their lease count as failed.
    pub(super) fn expire(&mut self, now: u64) {
        let out = self.out.len();
        self.out.retain(|lease| now < lease.until);
        for _ in self.out.len()..out {
            self.count(Judged { failed: true, slow: false });
        }
    }

    pub(super) fn count(&mut self, judged: Judged) {
        self.finished += 1;
        self.failed += u32::from(judged.failed);
        self.slow += u32::from(judged.slow);
    }

    /// The tick at which the next lease ends.
    pub(super) fn next_end(&self) -> Option<u64> {
        self.out.iter().map(|lease| lease.until).min()
    }
}
