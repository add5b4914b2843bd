//! Medians of many short rounds on pinned threads, in which the subjects take turns.
//!
//! A busy machine, a hot one or one that changes its speed then changes all figures of a comparison alike.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

/// What is measured: something that is called again and again.
pub(crate) struct Subject<'a> {
    batch: Box<dyn FnMut(u32) -> Duration + 'a>,
}

/// What a subject costs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measured {
    /// Nanoseconds a call, the median of all rounds.
    pub(crate) nanos: f64,
    /// Allocations a call on the calling thread, once warm.
    pub(crate) allocations: f64,
}

/// How calls follow each other.
pub(crate) enum Pace<'a> {
    /// Without a stop.
    Steady,
    /// In bursts that buffers can hold, with this in between and untimed: who overflows measures how it loses spans.
    Bursts(&'a dyn Fn()),
    /// One by one, few rounds: for what takes milliseconds.
    Few,
}

const ROUNDS: usize = 301;
const FEW_ROUNDS: usize = 25;
/// How long a round of a steady subject takes; reading the time around it does not show.
const ROUND: Duration = Duration::from_micros(300);
const MAX_CALLS: u32 = 20_000;
/// Calls of a burst: no burst, fields included, is so long that a reader of it is woken before its time. The first ones,
/// after the pause, find cold caches and are not timed.
const BURST: u32 = 96;
const BURST_WARM_UP: u32 = 32;

impl<'a> Subject<'a> {
    pub(crate) fn new<R>(mut call: impl FnMut() -> R + 'a) -> Self {
        Self::with_batches(move |calls| timed(calls, &mut call))
    }

    /// A subject that makes a batch of calls and says how long they took.
    pub(crate) fn with_batches(batch: impl FnMut(u32) -> Duration + 'a) -> Self {
        Self { batch: Box::new(batch) }
    }

    fn nanos(&mut self, calls: u32) -> f64 {
        (self.batch)(calls).as_secs_f64() * 1e9 / f64::from(calls)
    }

    /// So many calls that a round takes its time.
    fn calls(&mut self, pace: &Pace<'_>) -> u32 {
        const PROBE: u32 = 128;
        match pace {
            Pace::Steady => {
                self.nanos(PROBE);
                let nanos = self.nanos(PROBE).max(0.1);
                ((ROUND.as_secs_f64() * 1e9 / nanos) as u32).clamp(PROBE, MAX_CALLS)
            }
            Pace::Bursts(_) => BURST,
            Pace::Few => 1,
        }
    }

    fn allocations(&mut self, calls: u32) -> f64 {
        let counted = allocation_counter::measure(|| {
            (self.batch)(calls);
        });
        counted.count_total as f64 / f64::from(calls)
    }
}

/// Calls so many times and says how long it took.
pub(crate) fn timed<R>(calls: u32, call: &mut impl FnMut() -> R) -> Duration {
    let start = Instant::now();
    for _ in 0..calls {
        black_box(call());
    }
    start.elapsed()
}

/// Measures the subjects in turns on the first core.
pub(crate) fn in_turns<const N: usize>(pace: &Pace<'_>, mut subjects: [Subject<'_>; N]) -> [Measured; N] {
    pin(0);
    let pause = || {
        if let Pace::Bursts(pause) = pace {
            pause();
        }
    };
    let calls = subjects.each_mut().map(|subject| {
        let calls = subject.calls(pace);
        // Twice, so that what is made by the first calls and grows with the first is there.
        for _ in 0..2 {
            subject.nanos(calls);
            pause();
        }
        calls
    });
    let mut allocations = [0.0; N];
    for (at, subject) in subjects.iter_mut().enumerate() {
        allocations[at] = subject.allocations(calls[at]);
        pause();
    }
    let count = if let Pace::Few = pace { FEW_ROUNDS } else { ROUNDS };
    let mut rounds: [Vec<f64>; N] = std::array::from_fn(|_| Vec::with_capacity(count));
    // Counting costs the peers that allocate some nanoseconds; off, it is a test of a flag.
    allocation_counter::opt_out(|| {
        for _ in 0..count {
            for (at, subject) in subjects.iter_mut().enumerate() {
                if let Pace::Bursts(_) = pace {
                    subject.nanos(BURST_WARM_UP);
                }
                rounds[at].push(subject.nanos(calls[at]));
                pause();
            }
        }
    });
    std::array::from_fn(|at| Measured {
        nanos: median(std::mem::take(&mut rounds[at])),
        allocations: allocations[at],
    })
}

pub(crate) fn median(mut rounds: Vec<f64>) -> f64 {
    rounds.sort_by(f64::total_cmp);
    rounds[rounds.len() / 2]
}

pub(crate) fn pin(core: usize) {
    let Some(cores) = core_affinity::get_core_ids() else { return };
    if let Some(id) = cores.get(core % cores.len().max(1)) {
        core_affinity::set_for_current(*id);
    }
}
