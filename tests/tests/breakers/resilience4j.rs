//! What resilience4j's documentation promises of its breaker, as a table.
//!
//! <https://resilience4j.readme.io/docs/circuitbreaker>: sliding windows of calls and of time, failure and slow-call
//! rates that are reached (equal or greater), the minimum number of calls, and half-open state judged by its permitted
//! calls. A row is a list of calls and the state after them: `.` succeeds, `F` fails, `S` is slow, `B` is both, `i` is
//! ignored; `+` lets a second pass, `W` the open time. Where resilience4j waits for the last probe although it cannot change
//! the rate any more, this breaker decides at once.

use telemetry::{BreakerConfig, BreakerState, CircuitBreaker, Outcome, testing::TestTelemetry};
use telemetry_runtime as telemetry;

use super::{acquire, seconds};

const CLOSED: BreakerState = BreakerState::Closed;
const OPEN: BreakerState = BreakerState::Open;
const HALF_OPEN: BreakerState = BreakerState::HalfOpen;

fn count_window() -> BreakerConfig {
    BreakerConfig { window_calls: Some(10), minimum_calls: 10, ..time_window() }
}

fn time_window() -> BreakerConfig {
    BreakerConfig {
        window: seconds(10),
        minimum_calls: 10,
        slow_call: seconds(2),
        slow_rate: 0.5,
        open_for: seconds(60),
        half_open_permits: 4,
        ignore: &["ignored"],
        ..BreakerConfig::default()
    }
}

fn run(config: BreakerConfig, calls: &str) -> BreakerState {
    let telemetry = TestTelemetry::new();
    let breaker = CircuitBreaker::new("row", config);
    for call in calls.chars() {
        match call {
            ' ' => {}
            '+' => telemetry.advance(seconds(1)),
            'W' => telemetry.advance(config.open_for),
            _ => {
                let permit = acquire(&breaker);
                if matches!(call, 'S' | 'B') {
                    telemetry.advance(config.slow_call);
                }
                permit.finish_as(match call {
                    '.' | 'S' => Outcome::Success,
                    'F' | 'B' => Outcome::error("failed"),
                    'i' => Outcome::error("ignored"),
                    other => panic!("`{other}` is no call"),
                });
            }
        }
    }
    breaker.state()
}

#[test]
fn scenarios() {
    let half = BreakerConfig { failure_rate: 0.5, ..count_window() };
    let all = BreakerConfig { failure_rate: 1.0, ..count_window() };
    let small = BreakerConfig { window_calls: Some(4), minimum_calls: 100, ..count_window() };
    let table: [(&str, BreakerConfig, &str, BreakerState); 33] = [
        // The minimum number of calls.
        ("nine calls are too few", half, "FFFFFFFFF", CLOSED),
        ("ten are enough", half, "FFFFFFFFFF", OPEN),
        ("a success may be the tenth", half, "FFFFF.....", OPEN),
        ("a window smaller than the minimum is enough when full", small, "FFFF", OPEN),
        ("not before", small, "FFF", CLOSED),
        // The failure rate.
        ("below the rate", half, "FFFF......", CLOSED),
        ("equal to the rate", half, "....F.FFFF", OPEN),
        ("a rate of one", all, "FFFFFFFFF.", CLOSED),
        ("a rate of one, reached", all, ".FFFFFFFFFF", OPEN),
        // Sliding by calls.
        ("old failures leave", half, "FFFF...... .... FFFF", CLOSED),
        ("old successes leave", half, ".......... FFFFF", OPEN),
        ("time does not matter to calls", half, "FFFF ++++++++++++ ..... F", OPEN),
        // Sliding by time.
        ("all within the window", time_window(), "FFFFF+....+.", OPEN),
        ("old failures have left", time_window(), "FFFF+++++++++++F........F", CLOSED),
        ("old successes have left", time_window(), "..........+++++++++++FFFF", CLOSED),
        ("new ones are enough", time_window(), "..........+++++++++++FFFFFFFFFF", OPEN),
        ("a quiet minute is no window", time_window(), "FFFFFFFFF++++++++++++++++++++F", CLOSED),
        // Slow calls.
        ("slow calls below the rate", half, "SSSS......", CLOSED),
        ("slow calls reach the rate", half, "SSSSS.....", OPEN),
        ("slow and failed do not add up", half, "SSFF......", CLOSED),
        ("a slow failure counts for both", half, "BBBB......", CLOSED),
        ("slow failures reach the rate", half, "BBBBB.....", OPEN),
        // Ignored errors.
        ("ignored errors are no calls", half, "iiiiiiiiiiiiiiFFFFF", CLOSED),
        ("ignored errors complete nothing", half, "FFFFFFFFFiiii", CLOSED),
        // Half open.
        ("open until the time is over", half, "FFFFFFFFFF W", OPEN),
        ("the first call half opens", half, "FFFFFFFFFF W.", HALF_OPEN),
        ("three of four permits say nothing yet", half, "FFFFFFFFFF W..F", HALF_OPEN),
        ("all went well", half, "FFFFFFFFFF W....", CLOSED),
        ("below the rate closes", half, "FFFFFFFFFF W..F.", CLOSED),
        ("reached opens", half, "FFFFFFFFFF W.F.F", OPEN),
        ("slow probes open", half, "FFFFFFFFFF W.S.S", OPEN),
        ("ignored probes free their permits", half, "FFFFFFFFFF W.iiiiii.", HALF_OPEN),
        ("the window begins anew", half, "FFFFFFFFFF W.... FFFFFFFF", CLOSED),
    ];
    for (what, config, calls, state) in table {
        assert_eq!(run(config, calls), state, "{what}: {calls}");
    }
}
