//! Attributes of test harnesses, which read the function that ours writes or that ours reads after them.

use crate::edition::{Shape, shape};
use telemetry_runtime::{self as telemetry, testing::TestTelemetry};

#[telemetry::instrument("harness")]
#[test]
fn above_test() {
    assert_eq!(1 + 1, 2);
}

#[test]
#[telemetry::instrument("harness")]
fn below_test() -> Result<(), String> {
    "1".parse::<u8>().map(|_| ()).map_err(|error| error.to_string())
}

#[telemetry::instrument("harness")]
#[test]
#[should_panic(expected = "as wanted")]
fn above_should_panic() {
    panic!("as wanted");
}

#[telemetry::instrument("harness")]
#[tokio::test]
async fn above_tokio_test() {
    tokio::task::yield_now().await;
}

#[tokio::test]
#[telemetry::instrument("harness")]
async fn below_tokio_test() -> Result<(), String> {
    tokio::task::yield_now().await;
    Ok(())
}

#[telemetry::instrument("harness")]
#[tokio::main(flavor = "current_thread")]
async fn above_tokio_main() -> Result<u8, String> {
    tokio::task::yield_now().await;
    Ok(1)
}

#[tokio::main(flavor = "current_thread")]
#[telemetry::instrument("harness")]
async fn below_tokio_main() -> Result<u8, String> {
    tokio::task::yield_now().await;
    Err("no".to_owned())
}

#[track_caller]
fn once<R>(operation: &str, status: &str, work: impl FnOnce() -> R) -> R {
    let telemetry = TestTelemetry::new();
    let value = work();
    telemetry.call("harness", operation).assert_once().assert_status(status, 1).assert_none_active();
    value
}

pub(crate) const SHAPES: &[Shape] = &[
    shape("above #[test]", || once("above_test", "success", above_test)),
    shape("below #[test]", || assert_eq!(once("below_test", "success", below_test), Ok(()))),
    shape("above #[should_panic]", || {
        assert!(
            once("above_should_panic", "panicked", || std::panic::catch_unwind(above_should_panic)).is_err()
        );
    }),
    shape("above #[tokio::test]", || once("above_tokio_test", "success", above_tokio_test)),
    shape("below #[tokio::test]", || {
        assert_eq!(once("below_tokio_test", "success", below_tokio_test), Ok(()));
    }),
    shape("above #[tokio::main]", || {
        assert_eq!(once("above_tokio_main", "success", above_tokio_main), Ok(1))
    }),
    shape("below #[tokio::main]", || {
        assert!(once("below_tokio_main", "error", below_tokio_main).is_err());
    }),
];
