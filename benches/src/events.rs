//! What an event costs: its caller, and the core that it shares with the background thread.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use telemetry_runtime::{CollectorConfig, Telemetry};

use crate::{
    measure::{Pace, Subject, in_turns, median, pin},
    ours::{self, clock_pair},
    table::{Goal, Quantity, Row, nanos},
};

/// Events that the queue holds by default, or a few less.
const BURST: u32 = 9000;
const BURSTS: u32 = 40;
const ROUNDS: usize = 7;
const SOON: Duration = Duration::from_secs(20);
const DURATION: Duration = Duration::from_millis(5);

pub(crate) fn rows() -> Vec<Row> {
    // The background thread stays where it is started.
    pin(0);
    let telemetry = ours::built(Telemetry::builder().collector(CollectorConfig::default()));
    let events = telemetry.collector().expect("it was asked for");
    let flush = || telemetry.flush(SOON).expect("in time");
    let round = |_| {
        let start = Instant::now();
        for _ in 0..BURSTS {
            for number in 0..BURST {
                events.add_performance_event("quote", black_box(DURATION * (number % 100)), "bench");
            }
            flush();
        }
        f64::from(BURSTS * BURST) / start.elapsed().as_secs_f64()
    };
    let rate = median((0..ROUNDS).map(round).collect());
    let [clock, add] = in_turns(
        &Pace::Bursts(&flush),
        [
            Subject::new(clock_pair),
            Subject::new(|| events.add_performance_event("quote", black_box(DURATION), "bench")),
        ],
    );
    let snapshot = telemetry.snapshot();
    let dropped = snapshot.sum("telemetry_events_total", &[("result", "dropped")]) as f64;
    vec![
        Row::new("events taken and added up, one core", Quantity { value: rate / 1e3, unit: "k/s" })
            .goal(Goal::AtLeast(1000.0)),
        Row::new("an event, for its caller", nanos(add.nanos)).beside("clock pair", nanos(clock.nanos)),
        Row::new("events dropped meanwhile", Quantity { value: dropped, unit: "events" })
            .goal(Goal::AtMost(0.0)),
    ]
}
