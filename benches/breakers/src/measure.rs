//! Medians of many short rounds on pinned threads, all cases in turn.

use std::{collections::BTreeMap, hint::black_box, sync::Barrier, time::Instant};

use crate::cases::Case;

/// Calls in one round; long enough that reading the time around it does not show.
const CALLS: u32 = 5_000;
const ROUNDS: usize = 401;

/// Nanoseconds a call, by case and round.
pub(crate) type Rounds = BTreeMap<Case, Vec<f64>>;

pub(crate) fn one_thread() -> Rounds {
    run(0, || ())
}

/// Both threads are at the same case all the time.
pub(crate) fn two_threads() -> Rounds {
    let barrier = Barrier::new(2);
    let wait = || {
        barrier.wait();
    };
    std::thread::scope(|threads| {
        let other = threads.spawn(|| run(1, wait));
        let mut rounds = run(0, wait);
        for (case, more) in other.join().unwrap_or_default() {
            rounds.entry(case).or_default().extend(more);
        }
        rounds
    })
}

fn run(core: usize, wait: impl Fn()) -> Rounds {
    core_affinity::set_for_current(core_affinity::CoreId { id: core });
    let mut rounds = Rounds::new();
    for round in 0..=ROUNDS {
        for case in Case::ALL {
            wait();
            let nanos = case.round();
            // The first round warms up.
            if round > 0 {
                rounds.entry(case).or_default().push(nanos);
            }
        }
    }
    rounds
}

/// Nanoseconds a call of one round.
#[inline(always)]
pub(crate) fn time<R>(mut call: impl FnMut() -> R) -> f64 {
    let start = Instant::now();
    for _ in 0..CALLS {
        black_box(call());
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS)
}

pub(crate) fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}

/// What one case costs on top of another: the median of the differences of rounds that followed each other.
pub(crate) fn added(base: &[f64], case: &[f64]) -> f64 {
    let differences: Vec<f64> = base.iter().zip(case).map(|(base, case)| case - base).collect();
    median(&differences)
}
