//! Sums over the last minute, the last five, the last hour.

use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};

use super::{
    aggregated::{Aggregated, Key, WindowAggregates, rows},
    keys::Keys,
    packed::Header,
    stats::Stats,
};

/// Slices of a window; what is older than all of them leaves it slice by slice.
const SLICES: u64 = 30;

/// Sums of events by key, over several windows that end now.
///
/// A window is a ring of slices of time, and a slice holds what its events come to: memory depends on keys and
/// windows, never on events.
#[derive(Debug)]
pub(super) struct Windows {
    keys: Keys,
    rings: Vec<Ring>,
    longest: Duration,
    /// The slice of the shortest window in which unused keys were looked for.
    cleaned: Option<u64>,
}

#[derive(Debug)]
struct Ring {
    length: Duration,
    /// Of one slice, in nanoseconds.
    step: u64,
    /// Oldest first; slices in which nothing happened do not exist.
    slices: VecDeque<Slice>,
}

#[derive(Debug)]
struct Slice {
    number: u64,
    stats: HashMap<u32, Stats>,
}

impl Windows {
    pub(super) fn new(lengths: &[Duration], max_keys: usize) -> Self {
        Self {
            keys: Keys::new(max_keys),
            rings: lengths.iter().copied().map(Ring::new).collect(),
            longest: lengths.iter().copied().max().unwrap_or_default(),
            cleaned: None,
        }
    }

    /// The length of the longest window.
    pub(super) fn longest(&self) -> Duration {
        self.longest
    }

    /// Adds an event that happened at `header.time`, in nanoseconds of the collector's clock.
    ///
    /// One that seems to come from before every slice has come just now: the clock ran back.
    pub(super) fn add(&mut self, header: &Header<'_>) {
        let at = self.since_begin(Duration::from_nanos(header.time));
        let key = self.key(at, header);
        for ring in &mut self.rings {
            let number = ring.reach(at).unwrap_or_else(|| ring.newest());
            ring.slice(number).entry(key).or_default().add(header.value);
        }
    }

    /// Adds an event that happened `age` before `now`, perhaps before the clock began; leaves out what is too old.
    pub(super) fn replay(&mut self, now: Duration, age: Duration, header: &Header<'_>) {
        if age >= self.longest {
            return;
        }
        let now = self.since_begin(now);
        let at = now - nanos(age).min(now);
        let key = self.key(now, header);
        for ring in &mut self.rings {
            ring.expire(now);
            if let Some(number) = ring.reach(at).filter(|number| number + SLICES > now / ring.step) {
                ring.slice(number).entry(key).or_default().add(header.value);
            }
        }
    }

    /// The clock begins with the process, and what is replayed happened before: time is counted from earlier on.
    fn since_begin(&self, time: Duration) -> u64 {
        nanos(time.saturating_add(self.longest))
    }

    fn key(&mut self, at: u64, header: &Header<'_>) -> u32 {
        let Header { event_type, provider, operation, .. } = *header;
        if let Some(key) = self.keys.get(event_type, provider, operation) {
            return key;
        }
        self.make_room(at);
        self.keys.add(event_type, provider, operation)
    }

    /// Forgets keys that no window holds any more, at most once a slice.
    fn make_room(&mut self, at: u64) {
        let Some(slice) = self.rings.iter().map(|ring| at / ring.step).max() else { return };
        if self.keys.is_full() && self.cleaned != Some(slice) {
            self.cleaned = Some(slice);
            self.rings.iter_mut().for_each(|ring| ring.expire(at));
            let rings = &self.rings;
            self.keys.retain(|key| {
                rings.iter().any(|ring| ring.slices.iter().any(|slice| slice.stats.contains_key(&key)))
            });
        }
    }

    /// What the windows hold that end `now`.
    pub(super) fn read(&self, now: Duration) -> Aggregated {
        let at = self.since_begin(now);
        let window = |ring: &Ring| {
            let covered = Duration::from_nanos((SLICES - 1) * ring.step + at % ring.step);
            WindowAggregates {
                window: ring.length.as_secs_f64(),
                covered: covered.as_secs_f64(),
                rows: rows(ring.sums(at, &self.keys), covered),
            }
        };
        Aggregated { windows: self.rings.iter().map(window).collect() }
    }
}

impl Ring {
    fn new(length: Duration) -> Self {
        Self { length, step: (nanos(length) / SLICES).max(1), slices: VecDeque::new() }
    }

    fn newest(&self) -> u64 {
        self.slices.back().map_or(0, |slice| slice.number)
    }

    /// Removes slices that have left the window.
    fn expire(&mut self, at: u64) {
        let newest = self.newest().max(at / self.step);
        while self.slices.front().is_some_and(|slice| slice.number + SLICES <= newest) {
            self.slices.pop_front();
        }
    }

    /// The number of the slice of that time; `None` if it has left the window already.
    fn reach(&mut self, at: u64) -> Option<u64> {
        self.expire(at);
        let number = at / self.step;
        (number + SLICES > self.newest()).then_some(number)
    }

    fn slice(&mut self, number: u64) -> &mut HashMap<u32, Stats> {
        let place = self.slices.partition_point(|slice| slice.number < number);
        if self.slices.get(place).is_none_or(|slice| slice.number != number) {
            self.slices.insert(place, Slice { number, stats: HashMap::new() });
        }
        &mut self.slices[place].stats
    }

    fn sums(&self, at: u64, keys: &Keys) -> HashMap<Key, Stats> {
        // A clock that ran back has nothing ahead of it: what was counted, counts.
        let now = self.newest().max(at / self.step);
        let mut sums: HashMap<Key, Stats> = HashMap::new();
        for slice in self.slices.iter().filter(|slice| slice.number + SLICES > now) {
            for (number, stats) in &slice.stats {
                if let Some(key) = keys.key(*number) {
                    sums.entry(key.clone()).or_default().merge(stats);
                }
            }
        }
        sums
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
