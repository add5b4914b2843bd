//! The same operation on several threads at once.

use std::{
    hint::black_box,
    sync::{
        Barrier,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use crate::{
    measure::{median, pin, timed},
    ours::{self, Full},
    table::{Goal, Row, nanos},
};

const ROUNDS: usize = 301;
const CALLS: u32 = 10_000;

pub(crate) fn rows() -> Vec<Row> {
    let _telemetry = ours::telemetry(0.0);
    let cores = core_affinity::get_core_ids().map_or(1, |cores| cores.len());
    [2, 4, 8].map(|threads| row(threads, cores)).into()
}

/// More threads than cores take turns, each for longer than a round: a round is what calls cost while they run.
fn row(threads: usize, cores: usize) -> Row {
    let (alone, together) = measure(threads, &|| {
        let _ = Full.sync(black_box(1));
    });
    let row = Row::new(
        format!("full job, {threads} threads on {} cores, a call", cores.min(threads)),
        nanos(together),
    )
    .beside("one thread", nanos(alone));
    if threads == 2 && cores >= 2 { row.goal(Goal::AtMost(1.05)) } else { row }
}

/// Nanoseconds a call: of one thread alone, and of the slowest of all together; alone and together take turns.
pub(crate) fn measure(threads: usize, call: &(impl Fn() + Sync)) -> (f64, f64) {
    let barrier = Barrier::new(threads);
    let is_over = AtomicBool::new(false);
    let round = || timed(CALLS, &mut || call()).as_secs_f64() * 1e9 / f64::from(CALLS);
    thread::scope(|scope| {
        let others: Vec<_> = (1..threads)
            .map(|core| {
                let (barrier, is_over, round) = (&barrier, &is_over, &round);
                scope.spawn(move || {
                    pin(core);
                    round();
                    let mut rounds = Vec::new();
                    loop {
                        barrier.wait();
                        if is_over.load(Ordering::Acquire) {
                            return rounds;
                        }
                        rounds.push(round());
                        barrier.wait();
                    }
                })
            })
            .collect();
        pin(0);
        round();
        let (mut alone, mut together) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            alone.push(round());
            barrier.wait();
            together.push(round());
            barrier.wait();
        }
        is_over.store(true, Ordering::Release);
        barrier.wait();
        let others = others.into_iter().map(|other| median(other.join().expect("no panic")));
        (median(alone), others.fold(median(together), f64::max))
    })
}
