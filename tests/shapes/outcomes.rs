//! One outcome, whatever ends the call.

#![forbid(unsafe_code)]

use std::future::Future;
use telemetry::BreakerOpen;
use telemetry_runtime as telemetry;

use super::support::{Shape, ended, error, panicked, pause, poll_and_drop, run, shape, success};

#[derive(Debug, telemetry::ErrorType)]
enum Fault {
    NotFound,
    #[allow(dead_code)]
    Open(BreakerOpen),
}

impl From<BreakerOpen> for Fault {
    fn from(open: BreakerOpen) -> Self {
        Self::Open(open)
    }
}

#[telemetry::instrument]
fn typed(fails: bool) -> Result<u8, Fault> {
    if fails { Err(Fault::NotFound) } else { Ok(1) }
}

#[telemetry::instrument]
fn generic<E>(error: E) -> Result<(), E> {
    Err(error)
}

#[telemetry::instrument]
fn generic_bound<E: telemetry::ErrorType>(error: E) -> Result<(), E> {
    Err(error)
}

#[telemetry::instrument]
fn text() -> Result<(), &'static str> {
    Err("no")
}

#[telemetry::instrument]
fn boxed() -> Result<(), Box<dyn std::error::Error>> {
    Err("no".into())
}

#[telemetry::instrument]
fn opaque_error() -> Result<(), impl std::error::Error> {
    "x".parse::<u8>().map(|_| ())
}

#[telemetry::instrument]
fn infallible() -> Result<u8, std::convert::Infallible> {
    Ok(1)
}

#[telemetry::instrument]
fn panics(now: bool) -> u8 {
    assert!(!now, "as asked");
    1
}

#[telemetry::instrument]
fn panics_in_unit(now: bool) {
    assert!(!now, "as asked");
}

#[telemetry::instrument]
fn exits_in_drop() {
    struct Late;
    impl Drop for Late {
        fn drop(&mut self) {
            assert_eq!(typed(false).ok(), Some(1));
        }
    }
    let _late = Late;
    panic!("as asked");
}

struct Reply(u16);

impl telemetry::Classify for Reply {
    fn classify(&self) -> telemetry::Outcome {
        if self.0 < 500 { telemetry::Outcome::Success } else { telemetry::Outcome::error("server_error") }
    }
}

#[telemetry::instrument]
async fn classified(status: u16) -> Reply {
    pause().await;
    Reply(status)
}

#[telemetry::instrument(err(Debug))]
async fn debugged() -> Result<(), Fault> {
    Err(Fault::NotFound)
}

#[telemetry::instrument(err(off), kind = consumer)]
fn silent() -> Result<(), Fault> {
    Err(Fault::NotFound)
}

#[telemetry::instrument(breaker(minimum_calls = 1, window = "1m"))]
async fn protected(fails: bool) -> Result<u8, Fault> {
    pause().await;
    if fails { Err(Fault::NotFound) } else { Ok(1) }
}

#[telemetry::instrument(breaker)]
fn protected_opaque() -> Result<impl Fn(u8) -> u8, Fault> {
    Ok(|n| n + 1)
}

#[telemetry::instrument(breaker)]
fn protected_future(mut n: u8) -> impl Future<Output = Result<u8, Fault>> + Send {
    n += 1;
    async move { Ok(n) }
}

pub(super) const SHAPES: &[Shape] = &[
    shape("an error with a kind", || assert!(error("typed", "not_found", || typed(true)).is_err())),
    shape("an error of a bare type parameter", || {
        let label = format!("{}::Fault", module_path!().split("::").next().unwrap_or_default());
        assert!(error("generic", &label, || generic(Fault::NotFound)).is_err());
    }),
    shape("an error of a bounded type parameter", || {
        assert!(error("generic_bound", "not_found", || generic_bound(Fault::NotFound)).is_err());
    }),
    shape("Result<_, &str>", || assert!(error("text", "str", text).is_err())),
    shape("Result<_, Box<dyn Error>>", || assert!(error("boxed", "alloc::Box", boxed).is_err())),
    shape("Result<_, impl Error>", || {
        assert!(ended("opaque_error", &[("error", 1)], || opaque_error().is_err()));
    }),
    shape("Result<_, Infallible>", || assert_eq!(success("infallible", infallible), Ok(1))),
    shape("a panic in a function with a value", || {
        panicked("panics", || panics(true));
        assert_eq!(success("panics", || panics(false)), 1);
    }),
    shape("a panic in a function without a value", || {
        panicked("panics_in_unit", || panics_in_unit(true));
        success("panics_in_unit", || panics_in_unit(false));
    }),
    shape("a call in a destructor while a panic unwinds", || {
        success("typed", || assert!(std::panic::catch_unwind(exits_in_drop).is_err()));
    }),
    shape("a type that classifies itself", || {
        let _ = error("classified", "server_error", || run(classified(503)));
        let _ = success("classified", || run(classified(200)));
    }),
    shape("err(Debug) of an error without Display", || {
        assert!(error("debugged", "not_found", || run(debugged())).is_err());
    }),
    shape("err(off)", || assert!(error("silent", "not_found", silent).is_err())),
    shape("async under a breaker", || {
        let ends = [("error", 1), ("rejected", 1)];
        let last = ended("protected", &ends, || {
            let _ = run(protected(true));
            run(protected(false))
        });
        assert!(matches!(last, Err(Fault::Open(_))));
        ended("protected", &[("cancelled", 1)], || poll_and_drop(protected(false)));
    }),
    shape("Result<impl Fn, E> under a breaker", || {
        assert!(success("protected_opaque", protected_opaque).is_ok_and(|add| add(1) == 2));
    }),
    shape("-> impl Future under a breaker", || {
        assert!(success("protected_future", || run(protected_future(1))).is_ok_and(|n| n == 2));
    }),
];
