//! Windows beside an oracle that keeps every event.

use proptest::prelude::*;

use super::{super::sketch::RELATIVE_ERROR, *};
use crate::settings::{EventSeverity, EventType};

const LENGTHS: [Duration; 2] = [Duration::from_secs(60), Duration::from_secs(300)];

fn header(time: Duration, event_type: EventType, operation: &str, value: Option<f64>) -> Header<'_> {
    Header {
        number: 0,
        time: nanos(time),
        event_type,
        severity: EventSeverity::Info,
        provider: "p",
        operation,
        value,
    }
}

fn windows() -> Windows {
    Windows::new(&LENGTHS, 100)
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn add(windows: &mut Windows, at: Duration, value: f64) {
    windows.add(&header(at, EventType::Metric, "op", Some(value)));
}

/// How many events each window holds.
fn counts(windows: &Windows, now: Duration) -> Vec<u64> {
    let count = |window: &WindowAggregates| window.rows.iter().map(|row| row.count).sum();
    windows.read(now).windows.iter().map(count).collect()
}

#[test]
fn events_leave_each_window_in_time() {
    let mut windows = windows();
    add(&mut windows, seconds(1), 1.0);
    assert_eq!(counts(&windows, seconds(1)), [1, 1]);
    assert_eq!(counts(&windows, seconds(59)), [1, 1]);
    assert_eq!(counts(&windows, seconds(61)), [0, 1]);
    assert_eq!(counts(&windows, seconds(299)), [0, 1]);
    assert_eq!(counts(&windows, seconds(301)), [0, 0]);
}

#[test]
fn a_clock_that_steps_back_and_forth_loses_nothing() {
    let mut windows = windows();
    for at in [1000, 10, 1000, 998, 5, 1001] {
        add(&mut windows, seconds(at), 1.0);
    }
    assert_eq!(counts(&windows, seconds(1001)), [6, 6]);
    assert_eq!(counts(&windows, seconds(3)), [6, 6]);
    add(&mut windows, seconds(5000), 1.0);
    assert_eq!(counts(&windows, seconds(5000)), [1, 1]);
    assert_eq!(counts(&windows, seconds(1001)), [1, 1]);
}

#[test]
fn rates_are_over_what_is_covered() {
    let mut windows = windows();
    for _ in 0..59 {
        add(&mut windows, seconds(119), 1.0);
    }
    let minute = &windows.read(seconds(119)).windows[0];
    assert_eq!((minute.window, minute.covered), (60.0, 59.0));
    assert!((minute.rows[0].rate - 1.0).abs() < 1e-9, "{minute:?}");
}

#[test]
fn errors_are_counted_beside_performance() {
    let mut windows = windows();
    for event_type in
        [EventType::Performance, EventType::Performance, EventType::Performance, EventType::Error]
    {
        windows.add(&header(seconds(1), event_type, "op", None));
    }
    add(&mut windows, seconds(1), 1.0);
    let minute = &windows.read(seconds(1)).windows[0];
    let rate = |event_type| minute.get(event_type, "p", "op").expect("a row").error_rate;
    assert_eq!(rate(EventType::Performance), Some(0.25));
    assert_eq!(rate(EventType::Error), Some(0.25));
    assert_eq!(rate(EventType::Metric), None);
    assert_eq!(minute.get(EventType::Error, "p", "op").expect("a row").mean, None);
}

#[test]
fn what_happened_before_the_clock_began_is_replayed() {
    let mut windows = windows();
    for age in [10, 70, 289, 300, 4000] {
        windows.replay(seconds(0), seconds(age), &header(seconds(9), EventType::Metric, "op", None));
    }
    assert_eq!(counts(&windows, seconds(0)), [1, 3]);
}

#[test]
fn keys_that_have_left_make_room() {
    let mut windows = Windows::new(&LENGTHS, 2);
    for operation in ["a", "b", "c", "d"] {
        windows.add(&header(seconds(0), EventType::Metric, operation, None));
    }
    let names = |windows: &Windows, now| {
        let aggregated = windows.read(seconds(now));
        let names = aggregated.windows[1].rows.iter().map(|row| (row.operation.clone(), row.count));
        names.collect::<Vec<_>>()
    };
    let of = |name: &str, count| (name.to_owned(), count);
    assert_eq!(names(&windows, 0), [of("other", 2), of("a", 1), of("b", 1)]);
    windows.add(&header(seconds(1000), EventType::Metric, "e", None));
    windows.add(&header(seconds(1000), EventType::Metric, "f", None));
    assert_eq!(names(&windows, 1000), [of("e", 1), of("f", 1)]);
}

/// The nearest rank of all values, sorted.
fn rank(sorted: &[f64], q: f64) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rank"
    )]
    let rank = ((sorted.len() as f64 * q).ceil() as usize).max(1);
    sorted[rank - 1]
}

fn values() -> impl Strategy<Value = f64> {
    let magnitude = (-9.0_f64..15.0).prop_map(|exponent| 10_f64.powf(exponent));
    (magnitude, any::<bool>()).prop_map(|(value, is_negative)| if is_negative { -value } else { value })
}

proptest! {
    #[test]
    fn aggregates_are_those_of_the_events_in_the_window(
        steps in prop::collection::vec((0..5000_u64, 0..3_usize, values()), 1..400),
    ) {
        let mut windows = windows();
        let mut all: Vec<(u64, usize, f64)> = Vec::new();
        let mut millis = 0;
        for (step, operation, value) in steps {
            millis += step;
            let at = Duration::from_millis(millis);
            windows.add(&header(at, EventType::Metric, ["a", "b", "c"][operation], Some(value)));
            all.push((millis, operation, value));
        }
        let aggregated = windows.read(Duration::from_millis(millis));
        for (window, length) in aggregated.windows.iter().zip(LENGTHS) {
            // A slice is a whole number of milliseconds in both windows, and so is the shift of time.
            let slice = nanos(length) / SLICES / 1_000_000;
            let first = (millis / slice + 1).saturating_sub(SLICES);
            for (operation, name) in ["a", "b", "c"].into_iter().enumerate() {
                let inside = all.iter().filter(|(at, of, _)| *of == operation && at / slice >= first);
                let mut values: Vec<f64> = inside.map(|(_, _, value)| *value).collect();
                values.sort_by(f64::total_cmp);
                let row = window.get(EventType::Metric, "p", name);
                prop_assert_eq!(row.map_or(0, |row| row.count), values.len() as u64);
                let Some(row) = row else { continue };
                prop_assert_eq!((row.min, row.max), (values.first().copied(), values.last().copied()));
                for (got, q) in [(row.p50, 0.5), (row.p95, 0.95), (row.p99, 0.99)] {
                    let (got, exact) = (got.expect("values"), rank(&values, q));
                    // What rounds to zero is below the smallest step.
                    let error = (exact.abs() * RELATIVE_ERROR).max(1e-9) * (1.0 + 1e-12);
                    prop_assert!((got - exact).abs() <= error, "{} beside {} at {}", got, exact, q);
                }
            }
        }
    }
}
