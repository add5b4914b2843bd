//! The last two minutes of what is counted, in steps.

use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
    time::Duration,
};

use super::counts::{BUCKETS, Counts, Step};

/// How far rates and quantiles look back.
pub(crate) const WINDOW: Duration = Duration::from_secs(60);

/// The time between two steps.
pub(crate) const STEP: Duration = Duration::from_secs(2);

/// Steps that are remembered.
pub(crate) const STEPS: usize = 60;

/// The last steps of what each key counts; a key that is idle takes no memory for it.
#[derive(Debug)]
pub(super) struct History<K> {
    /// The end of each step, and before them the beginning of the first.
    times: VecDeque<Duration>,
    /// Of the last step; steps are numbered in turn.
    number: u32,
    series: HashMap<K, Series>,
}

#[derive(Debug, Default)]
struct Series {
    /// At the end of the last step.
    last: Counts,
    /// Those in which something happened, with their numbers.
    steps: VecDeque<(u32, Step)>,
}

/// What lies between the beginning of the window and now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Window {
    /// The step before its first one.
    before: u32,
    pub(super) seconds: f64,
}

impl<K: Clone + Eq + Hash> History<K> {
    /// Begins with the start of the clock if that lies in the window: nothing had been counted then.
    pub(super) fn new(now: Duration) -> Self {
        let times = if now <= WINDOW { VecDeque::from([Duration::ZERO]) } else { VecDeque::new() };
        Self { times, number: 0, series: HashMap::new() }
    }

    pub(super) fn is_due(&self, now: Duration) -> bool {
        self.times.back().is_none_or(|last| now.saturating_sub(*last) >= STEP)
    }

    /// Ends a step.
    pub(super) fn sample<'a>(&mut self, now: Duration, counts: impl Iterator<Item = (K, &'a Counts)>)
    where
        K: 'a,
    {
        let is_beginning = self.times.is_empty();
        if !is_beginning {
            self.number = self.number.wrapping_add(1);
        }
        self.times.push_back(now);
        if self.times.len() > STEPS + 1 {
            self.times.pop_front();
        }
        let oldest = self.oldest();
        for (key, counts) in counts {
            let series = self.series.entry(key).or_default();
            let step = counts.since(&series.last);
            series.last = *counts;
            if !is_beginning && !step.is_nothing() {
                series.steps.push_back((self.number, Step::of(&step)));
            }
            while series.steps.front().is_some_and(|(number, _)| *number <= oldest) {
                series.steps.pop_front();
            }
        }
    }

    /// The number before that of the oldest step.
    fn oldest(&self) -> u32 {
        self.number - u32::try_from(self.times.len().saturating_sub(1)).unwrap_or(self.number)
    }

    /// The window that ends now: the steps that began in it.
    pub(super) fn window(&self, now: Duration) -> Window {
        let begin = now.saturating_sub(WINDOW);
        let skipped = self.times.partition_point(|time| *time < begin);
        // After a long pause at least the last step is shown.
        let skipped = skipped.min(self.times.len().saturating_sub(2));
        let from = self.times.get(skipped).copied().unwrap_or(now);
        let before = self.oldest() + u32::try_from(skipped).unwrap_or_default();
        Window { before, seconds: now.saturating_sub(from).as_secs_f64() }
    }

    /// What a key has counted in the window, `now` being what it has counted in all.
    pub(super) fn within(&self, window: Window, key: &K, now: &Counts) -> Counts {
        let Some(series) = self.series.get(key) else {
            // It came after the last step.
            return if self.times.is_empty() { Counts::default() } else { *now };
        };
        let mut counts = now.since(&series.last);
        for (_, step) in series.steps.iter().filter(|(number, _)| *number > window.before) {
            step.add_to(&mut counts);
        }
        counts
    }

    /// Calls a second in each step, oldest first.
    pub(super) fn rates(&self, key: &K) -> Vec<f64> {
        let seconds = self.lengths();
        let mut rates = vec![0.0; seconds.len()];
        for (place, step) in self.steps(key) {
            if let (Some(rate), Some(seconds)) = (rates.get_mut(place), seconds.get(place)) {
                *rate = super::per_second(step.calls(), *seconds);
            }
        }
        rates
    }

    /// The buckets of each step, oldest first, and when the first began.
    pub(super) fn columns(&self, key: &K) -> (Duration, Vec<[u32; BUCKETS]>) {
        let mut columns = vec![[0; BUCKETS]; self.times.len().saturating_sub(1)];
        for (place, step) in self.steps(key) {
            if let Some(column) = columns.get_mut(place) {
                *column = *step.buckets();
            }
        }
        (self.times.front().copied().unwrap_or_default(), columns)
    }

    fn steps(&self, key: &K) -> impl Iterator<Item = (usize, &Step)> {
        let oldest = self.oldest();
        let steps = self.series.get(key).into_iter().flat_map(|series| &series.steps);
        steps
            .filter(move |(number, _)| *number > oldest)
            .map(move |(number, step)| ((number - oldest - 1) as usize, step))
    }

    fn lengths(&self) -> Vec<f64> {
        let ends = self.times.iter().skip(1);
        self.times.iter().zip(ends).map(|(from, to)| to.saturating_sub(*from).as_secs_f64()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(success: u64) -> Counts {
        let mut buckets = [0; BUCKETS];
        buckets[2] = success;
        Counts { success, buckets, ..Counts::default() }
    }

    fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_young_program_is_seen_from_its_start() {
        let mut history = History::new(secs(10));
        history.sample(secs(10), [("a", &counts(30))].into_iter());
        let window = history.window(secs(12));
        assert_eq!(window.seconds, 12.0);
        assert_eq!(history.within(window, &"a", &counts(36)).success, 36);
        assert_eq!(history.within(window, &"new", &counts(3)).success, 3, "it came after the last step");
        assert_eq!(history.rates(&"a"), [3.0]);
    }

    #[test]
    fn an_old_program_is_seen_from_the_first_look() {
        let mut history = History::new(secs(1000));
        history.sample(secs(1000), [("a", &counts(500))].into_iter());
        let window = history.window(secs(1000));
        assert_eq!((window.seconds, history.within(window, &"a", &counts(500)).calls()), (0.0, 0));
        history.sample(secs(1002), [("a", &counts(504))].into_iter());
        let window = history.window(secs(1003));
        assert_eq!((window.seconds, history.within(window, &"a", &counts(505)).calls()), (3.0, 5));
        assert_eq!(history.rates(&"a"), [2.0]);
    }

    #[test]
    fn the_window_moves_on_and_memory_is_bounded() {
        let mut history = History::new(secs(100));
        for step in 0..500 {
            let now = secs(100 + 2 * step);
            history.sample(now, [("busy", &counts(10 * step)), ("idle", &counts(7))].into_iter());
        }
        let now = secs(100 + 2 * 499);
        let window = history.window(now);
        assert_eq!(window.seconds, 60.0);
        assert_eq!(history.within(window, &"busy", &counts(4990)).calls(), 300);
        assert_eq!(history.within(window, &"idle", &counts(7)).calls(), 0);
        assert_eq!(history.rates(&"busy"), [5.0; STEPS]);
        assert_eq!(history.rates(&"idle"), [0.0; STEPS]);
        let (from, columns) = history.columns(&"busy");
        assert_eq!((from, columns.len(), columns[59][2]), (now - secs(120), STEPS, 10));
        assert_eq!(history.series["busy"].steps.len(), STEPS);
        assert!(history.series["idle"].steps.is_empty(), "nothing happened that could be remembered");
    }

    #[test]
    fn after_a_pause_the_last_step_is_shown() {
        let mut history = History::new(secs(100));
        history.sample(secs(100), [("a", &counts(0))].into_iter());
        history.sample(secs(400), [("a", &counts(600))].into_iter());
        let window = history.window(secs(400));
        assert_eq!((window.seconds, history.within(window, &"a", &counts(600)).calls()), (300.0, 600));
        assert_eq!(history.rates(&"a"), [2.0]);
    }
}
