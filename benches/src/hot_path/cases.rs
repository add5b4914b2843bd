//! The cases: one adapter with a breaker, called in every way.

use std::{
    hint::black_box,
    pin::pin,
    sync::LazyLock,
    task::{Context, Poll, Waker},
};

use telemetry_runtime as telemetry;

use crate::measure::{self, Measured};

/// One line of the table.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// The multiple of the clock pair to stay below, without an allocation.
    pub(crate) goal: Option<f64>,
    run: fn() -> Measured,
}

impl Case {
    pub(crate) fn run(&self) -> Measured {
        (self.run)()
    }
}

/// The first target of the full unsampled job.
const GOAL: f64 = 2.5;

pub(crate) fn all() -> [Case; 9] {
    let case = |name, goal, run| Case { name, goal, run };
    [
        case("bare function", None, || measure::one_thread(|| bare(black_box(1)))),
        case("full job, sync, ok", Some(GOAL), || measure::one_thread(|| Adapter.sync(black_box(1)))),
        case("full job, sync, ok, no breaker", Some(GOAL), || {
            measure::one_thread(|| Free.sync(black_box(1)))
        }),
        case("full job, nested in another, both", Some(2.0 * GOAL), || {
            measure::one_thread(|| Adapter.outer(black_box(1)))
        }),
        case("bare future, one poll", None, || measure::one_thread(|| poll(bare_async(black_box(1))))),
        case("full job, async, one poll", Some(GOAL), || {
            measure::one_thread(|| poll(Adapter.future(black_box(1))))
        }),
        case("error path, typed label", Some(GOAL), || measure::one_thread(|| Free.sync(black_box(0)))),
        case("rejected by an open breaker", Some(GOAL), || {
            open_the_breaker();
            measure::one_thread(|| Refused.sync(black_box(1)))
        }),
        case("full job, sync, ok, 2 threads", Some(GOAL), || {
            measure::two_threads(|| Adapter.sync(black_box(1)))
        }),
    ]
}

/// Two clock reads and their difference: what no measurement can do without.
pub(crate) fn clock_pair() -> u64 {
    static CLOCK: LazyLock<quanta::Clock> = LazyLock::new(quanta::Clock::new);
    let start = CLOCK.raw();
    black_box(());
    CLOCK.raw().wrapping_sub(start)
}

#[derive(Debug, telemetry::ErrorType)]
enum Failure {
    Zero,
    Open,
}

impl From<telemetry::BreakerOpen> for Failure {
    fn from(_open: telemetry::BreakerOpen) -> Self {
        Self::Open
    }
}

#[inline(never)]
fn bare(number: u64) -> Result<u64, Failure> {
    if number == 0 { Err(Failure::Zero) } else { Ok(number + 1) }
}

async fn bare_async(number: u64) -> Result<u64, Failure> {
    bare(number)
}

fn poll<F: Future>(future: F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

struct Adapter;

#[telemetry::instrument_adapter("bench", breaker)]
impl Adapter {
    #[inline(never)]
    fn sync(&self, number: u64) -> Result<u64, Failure> {
        bare(number)
    }

    #[inline(never)]
    fn outer(&self, number: u64) -> Result<u64, Failure> {
        self.sync(number)
    }

    async fn future(&self, number: u64) -> Result<u64, Failure> {
        bare(number)
    }
}

struct Free;

#[telemetry::instrument_adapter("bench_free")]
impl Free {
    #[inline(never)]
    fn sync(&self, number: u64) -> Result<u64, Failure> {
        bare(number)
    }
}

struct Refused;

#[telemetry::instrument_adapter("bench_refused", breaker(minimum_calls = 1, open_for = "60m"))]
impl Refused {
    #[inline(never)]
    fn sync(&self, number: u64) -> Result<u64, Failure> {
        bare(number)
    }
}

fn open_the_breaker() {
    let failed = Refused.sync(0);
    assert!(matches!(failed, Err(Failure::Zero)), "{failed:?}");
    let refused = Refused.sync(1);
    assert!(matches!(refused, Err(Failure::Open)), "{refused:?}");
}
