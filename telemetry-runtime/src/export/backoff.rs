//! How long to wait before a batch is tried again.

use std::time::Duration;

use crate::thread::{self, Thread};

const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(30);

/// What a receiver may ask for at the most.
const LONGEST_ASKED: Duration = Duration::from_secs(60);

/// Doubles from try to try, with jitter, so that many programs do not come back at once.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    attempts: u32,
}

impl Backoff {
    pub(crate) fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The wait before the next try; `asked` is what the receiver asked for, zero if it did not.
    pub(crate) fn next(&mut self, asked: Duration) -> Duration {
        let longest = FIRST.saturating_mul(1 << self.attempts.min(10)).min(LONGEST);
        self.attempts += 1;
        if asked.is_zero() { jitter(longest) } else { asked.min(LONGEST_ASKED) }
    }
}

/// Between half of `longest` and all of it.
fn jitter(longest: Duration) -> Duration {
    let random = thread::with(Thread::next_seed) % 1024;
    longest / 2 + longest / 2 * u32::try_from(random).unwrap_or(0) / 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_bound_and_the_receiver_is_heard_within_reason() {
        let mut backoff = Backoff::default();
        let waits: Vec<Duration> = (0..10).map(|_| backoff.next(Duration::ZERO)).collect();
        for (wait, longest) in waits.iter().zip([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
            let longest = Duration::from_millis(longest);
            assert!(*wait >= longest / 2 && *wait <= longest, "{wait:?} of {longest:?}");
        }
        assert_eq!(backoff.next(Duration::from_secs(7)), Duration::from_secs(7));
        assert_eq!(backoff.next(Duration::from_secs(86_400)), LONGEST_ASKED);
    }
}
