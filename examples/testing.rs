//! Tests of a program's own telemetry: `cargo test -p telemetry-examples --test testing`.
//!
//! Each test has metrics, spans, breakers and a clock of its own, so tests run side by side and none of them sleeps.

use std::{thread, time::Duration};

use telemetry_runtime::{
    self as telemetry, BreakerOpen, BreakerState, ErrorType, assert_call, testing::TestTelemetry,
};

#[derive(Debug, ErrorType)]
enum PaymentError {
    CardRefused,
    Unreachable,
    Refused,
}

impl From<BreakerOpen> for PaymentError {
    fn from(_: BreakerOpen) -> Self {
        Self::Refused
    }
}

#[derive(Clone, Copy)]
enum Bank {
    Up,
    Down,
}

#[telemetry::instrument_adapter("bank", breaker(minimum_calls = 3, open_for = "10s", half_open_permits = 1))]
impl Bank {
    #[telemetry(fields(cents))]
    fn charge(self, cents: u64) -> Result<u64, PaymentError> {
        match self {
            Self::Down => Err(PaymentError::Unreachable),
            Self::Up if cents > 10_000 => Err(PaymentError::CardRefused),
            Self::Up => Ok(cents),
        }
    }
}

#[telemetry::trace("shop")]
fn checkout(bank: Bank, cents: u64) -> bool {
    bank.charge(cents).is_ok()
}

#[test]
fn a_refused_card_is_an_error_of_its_kind() {
    let telemetry = TestTelemetry::new();
    assert!(checkout(Bank::Up, 500));
    assert!(!checkout(Bank::Up, 50_000));
    assert_call!(
        telemetry,
        "bank",
        "charge",
        times = 2,
        success = 1,
        error_type("card_refused") = 1,
        none_active
    );
}

#[test]
fn the_trace_shows_the_charge_below_the_checkout() {
    let telemetry = TestTelemetry::new();
    checkout(Bank::Up, 500);
    assert_eq!(telemetry.tree(), "shop.checkout\n  bank.charge cents=500\n");
    telemetry.span("bank.charge").assert_ok().assert_child_of("shop.checkout").assert_attribute("cents", 500);
}

#[test]
fn the_breaker_rests_for_ten_seconds_and_then_tries_once() {
    let telemetry = TestTelemetry::new();
    for _ in 0..3 {
        checkout(Bank::Down, 500);
    }
    assert_eq!(telemetry.breaker_state("bank"), BreakerState::Open);
    assert!(matches!(Bank::Up.charge(500), Err(PaymentError::Refused)), "the bank is not asked");

    telemetry.advance(Duration::from_secs(10));
    assert!(checkout(Bank::Up, 500), "a probe is let through");
    assert_eq!(telemetry.breaker_state("bank"), BreakerState::Closed);
    telemetry.call("bank", "charge").assert_status("rejected", 1).assert_errors("unreachable", 3);
}

#[test]
fn other_threads_take_part_through_a_handle() {
    let telemetry = TestTelemetry::new();
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let handle = telemetry.handle();
            thread::spawn(move || handle.run(|| checkout(Bank::Up, 500)))
        })
        .collect();
    assert!(threads.into_iter().all(|thread| thread.join().expect("it does not panic")));
    telemetry.call("bank", "charge").assert_times(4);
}
