//! Medians of many short rounds on pinned threads.

use std::{hint::black_box, sync::Barrier, time::Instant};

/// Calls in one round; long enough that reading the time around it does not show.
const CALLS: u32 = 20_000;
const ROUNDS: usize = 401;

/// What a case costs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measured {
    /// Nanoseconds a call, the median of all rounds.
    pub(crate) nanos: f64,
    /// Allocations in one round after the first.
    pub(crate) allocations: u64,
}

/// Measures `call` on the first core.
pub(crate) fn one_thread<R>(mut call: impl FnMut() -> R) -> Measured {
    pin(0);
    round(&mut call);
    let allocations = allocation_counter::measure(|| {
        round(&mut call);
    })
    .count_total;
    let rounds = (0..ROUNDS).map(|_| round(&mut call)).collect();
    Measured { nanos: median(rounds), allocations }
}

/// Measures `call` in bursts that fit into a thread's ring, with `pause` untimed in between.
///
/// A burst that overflowed would measure how spans are dropped.
pub(crate) fn paced<R>(mut call: impl FnMut() -> R, pause: impl Fn()) -> Measured {
    const BURST: u32 = 256;
    const BURSTS: usize = 201;
    pin(0);
    let mut burst = || {
        let start = Instant::now();
        for _ in 0..BURST {
            black_box(call());
        }
        start.elapsed().as_secs_f64() * 1e9 / f64::from(BURST)
    };
    burst();
    pause();
    let allocations = allocation_counter::measure(|| {
        burst();
    })
    .count_total;
    pause();
    let bursts = (0..BURSTS).map(|_| {
        let nanos = burst();
        pause();
        nanos
    });
    Measured { nanos: median(bursts.collect()), allocations }
}

/// Measures `call` on two cores at once; each thread's own time a call counts.
pub(crate) fn two_threads<R>(call: impl Fn() -> R + Sync) -> Measured {
    let barrier = Barrier::new(2);
    let run = |core| {
        pin(core);
        round(&mut || call());
        barrier.wait();
        (0..ROUNDS).map(|_| round(&mut || call())).collect::<Vec<f64>>()
    };
    let rounds = std::thread::scope(|threads| {
        let other = threads.spawn(|| run(1));
        let mut rounds = run(0);
        rounds.extend(other.join().unwrap_or_default());
        rounds
    });
    Measured { nanos: median(rounds), allocations: 0 }
}

fn round<R>(call: &mut impl FnMut() -> R) -> f64 {
    let start = Instant::now();
    for _ in 0..CALLS {
        black_box(call());
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS)
}

fn median(mut rounds: Vec<f64>) -> f64 {
    rounds.sort_by(f64::total_cmp);
    rounds[rounds.len() / 2]
}

fn pin(core: usize) {
    let Some(cores) = core_affinity::get_core_ids() else { return };
    if let Some(id) = cores.get(core) {
        core_affinity::set_for_current(*id);
    }
}
