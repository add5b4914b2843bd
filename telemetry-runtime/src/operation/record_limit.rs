//! How many records one operation writes.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// Admits so many records in a second; a flood of errors is told by its beginning and its size.
#[derive(Debug, Default)]
pub(crate) struct RecordLimit {
    second: AtomicU64,
    admitted: AtomicU64,
    /// Since the record that was admitted last.
    held_back: AtomicU64,
}

impl RecordLimit {
    /// Whether a record may be written at `now`: how many before it were not, or `None` if it is not either.
    ///
    /// Zero is no limit. Threads that meet at the turn of a second may write a few more.
    pub(crate) fn admit(&self, now: Duration, most: u64) -> Option<u64> {
        if self.second.swap(now.as_secs(), Ordering::Relaxed) != now.as_secs() {
            self.admitted.store(0, Ordering::Relaxed);
        }
        if most != 0 && self.admitted.fetch_add(1, Ordering::Relaxed) >= most {
            self.held_back.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        Some(self.held_back.swap(0, Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_a_second_are_admitted() {
        let limit = RecordLimit::default();
        let at = |second: u64| limit.admit(Duration::from_millis(second * 1000 + 900), 2);
        let admitted: Vec<Option<u64>> = [0, 0, 0, 0, 1, 1, 1, 5, 5].map(at).into();
        assert_eq!(admitted, [Some(0), Some(0), None, None, Some(2), Some(0), None, Some(1), Some(0)]);
        assert_eq!((0..100).filter_map(|_| limit.admit(Duration::ZERO, 0)).count(), 100);
    }
}
