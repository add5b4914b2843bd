//! A call inside a panic hook; alone in its program, because a hook sees every thread's panics.

use std::{sync::mpsc, thread, time::Duration};

use telemetry::Operation;
use telemetry_runtime as telemetry;

struct Feed;

#[telemetry::instrument_adapter("feed")]
impl Feed {
    fn quote(&self) -> Result<u32, std::fmt::Error> {
        Ok(7)
    }

    fn explode(&self) -> u32 {
        panic!("on purpose")
    }
}

#[test]
fn a_call_in_a_panic_hook_works() {
    let (send, seen) = mpsc::channel();
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let _ = send.send(Operation::new("hook", "panicking").run(|| Feed.quote()).is_ok());
        before(info);
    }));
    assert!(thread::spawn(|| Feed.explode()).join().is_err());
    drop(std::panic::take_hook());
    assert_eq!(seen.recv_timeout(Duration::from_secs(10)), Ok(true));
    let snapshot = telemetry::Snapshot::take();
    let count = |operation, status| {
        snapshot.sum("adapter_requests_total", &[("operation", operation), ("status", status)])
    };
    assert_eq!(
        (count("panicking", "success"), count("quote", "success"), count("explode", "panicked")),
        (1, 1, 1)
    );
}
