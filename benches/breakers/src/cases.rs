//! The same function behind every breaker.

use std::{
    cell::RefCell,
    future::{Ready, ready},
    hint::black_box,
    pin::pin,
    sync::LazyLock,
    task::{Context, Poll, Waker},
};

use failsafe::CircuitBreaker as _;
use recloser::Recloser;
use telemetry_runtime as telemetry;
use tower::{Layer, Service};
use tower_resilience_circuitbreaker::{
    CircuitBreaker as TowerBreaker, CircuitBreakerLayer, DefaultClassifier,
};

use crate::measure::time;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Case {
    ClockPair,
    Bare,
    BareService,
    Instrumented,
    Added,
    ByHand,
    Failsafe,
    Recloser,
    TowerResilience,
}

impl Case {
    pub(crate) const ALL: [Self; 9] = [
        Self::ClockPair,
        Self::Bare,
        Self::BareService,
        Self::Instrumented,
        Self::Added,
        Self::ByHand,
        Self::Failsafe,
        Self::Recloser,
        Self::TowerResilience,
    ];

    pub(crate) const PEERS: [Self; 3] = [Self::Failsafe, Self::Recloser, Self::TowerResilience];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ClockPair => "clock pair (quanta raw + delta)",
            Self::Bare => "bare function",
            Self::BareService => "bare tower service, one poll",
            Self::Instrumented => "instrumented, no breaker",
            Self::Added => "what `breaker` adds to that",
            Self::ByHand => "CircuitBreaker by hand, acquire and success",
            Self::Failsafe => "failsafe, on top of the function",
            Self::Recloser => "recloser, on top of the function",
            Self::TowerResilience => "tower-resilience, on top of the service",
        }
    }

    /// The case that this one is shown on top of.
    pub(crate) fn base(self) -> Option<Self> {
        match self {
            Self::Added => Some(Self::Instrumented),
            Self::Failsafe | Self::Recloser => Some(Self::Bare),
            Self::TowerResilience => Some(Self::BareService),
            _ => None,
        }
    }

    /// Nanoseconds a call of one round.
    pub(crate) fn round(self) -> f64 {
        match self {
            Self::ClockPair => time(clock_pair),
            Self::Bare => time(|| bare(black_box(1))),
            Self::BareService => time(|| call(&mut tower::service_fn(service))),
            Self::Instrumented => time(|| Free.call(black_box(1))),
            Self::Added => time(|| Protected.call(black_box(1))),
            Self::ByHand => time(by_hand),
            Self::Failsafe => time(|| FAILSAFE.call(|| bare(black_box(1))).is_ok()),
            Self::Recloser => time(|| RECLOSER.call(|| bare(black_box(1))).is_ok()),
            Self::TowerResilience => TOWER.with_borrow_mut(|tower| time(|| call(tower))),
        }
    }
}

/// Two clock reads and their difference: what no measurement can do without.
fn clock_pair() -> u64 {
    static CLOCK: LazyLock<quanta::Clock> = LazyLock::new(quanta::Clock::new);
    let start = CLOCK.raw();
    black_box(());
    CLOCK.raw().wrapping_sub(start)
}

#[derive(Clone, Debug, telemetry::ErrorType)]
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

fn service(number: u64) -> Ready<Result<u64, Failure>> {
    ready(bare(number))
}

fn call<S: Service<u64>>(service: &mut S) -> bool {
    let mut waker = Context::from_waker(Waker::noop());
    if !matches!(service.poll_ready(&mut waker), Poll::Ready(Ok(()))) {
        return false;
    }
    matches!(pin!(service.call(black_box(1))).poll(&mut waker), Poll::Ready(Ok(_)))
}

struct Free;

#[telemetry::instrument_adapter("breaker_bench_free")]
impl Free {
    #[inline(never)]
    fn call(&self, number: u64) -> Result<u64, Failure> {
        bare(number)
    }
}

struct Protected;

#[telemetry::instrument_adapter("breaker_bench", breaker)]
impl Protected {
    #[inline(never)]
    fn call(&self, number: u64) -> Result<u64, Failure> {
        bare(number)
    }
}

fn by_hand() -> bool {
    static BREAKER: LazyLock<telemetry::CircuitBreaker> =
        LazyLock::new(|| telemetry::CircuitBreaker::named("breaker_bench.by_hand"));
    let Ok(permit) = BREAKER.acquire() else { return false };
    let result = bare(black_box(1));
    permit.finish(&result);
    result.is_ok()
}

type Failsafe = failsafe::StateMachine<
    failsafe::failure_policy::OrElse<
        failsafe::failure_policy::SuccessRateOverTimeWindow<failsafe::backoff::EqualJittered>,
        failsafe::failure_policy::ConsecutiveFailures<failsafe::backoff::EqualJittered>,
    >,
    (),
>;

static FAILSAFE: LazyLock<Failsafe> = LazyLock::new(|| failsafe::Config::new().build());
static RECLOSER: LazyLock<Recloser> = LazyLock::new(|| Recloser::custom().build());

type Tower = TowerBreaker<tower::util::ServiceFn<fn(u64) -> Ready<Result<u64, Failure>>>, DefaultClassifier>;

thread_local! {
    // Clones share one circuit.
    static TOWER: RefCell<Tower> = RefCell::new(SHARED.clone());
}

static SHARED: LazyLock<Tower> = LazyLock::new(|| {
    let layer = CircuitBreakerLayer::builder().build().unwrap_or_else(|error| panic!("{error}"));
    layer.layer(tower::service_fn(service as fn(u64) -> Ready<Result<u64, Failure>>))
});
