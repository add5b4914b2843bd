//! Breakers beside a model, beside resilience4j, and beside the faults that others had.

#[path = "breakers/known_faults.rs"]
mod known_faults;
#[path = "breakers/model.rs"]
mod model;
#[path = "breakers/orders.rs"]
mod orders;
#[path = "breakers/properties.rs"]
mod properties;
#[path = "breakers/reload.rs"]
mod reload;
#[path = "breakers/resilience4j.rs"]
mod resilience4j;
#[path = "breakers/tower.rs"]
mod tower;

use std::time::Duration;

use telemetry::{CircuitBreaker, Permit};
use telemetry_runtime as telemetry;

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[track_caller]
fn acquire(breaker: &CircuitBreaker) -> Permit {
    breaker.acquire().unwrap_or_else(|open| panic!("{open}"))
}

fn fail(breaker: &CircuitBreaker, calls: u32) {
    (0..calls).for_each(|_| acquire(breaker).failure());
}

fn succeed(breaker: &CircuitBreaker, calls: u32) {
    (0..calls).for_each(|_| acquire(breaker).success());
}
