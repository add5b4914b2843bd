//! `buckets` and `slo`.

use std::time::Duration;

use telemetry::{ManualClock, Slo, prometheus, testing::TestTelemetry};
use telemetry_runtime as telemetry;

#[telemetry::measure("histogram", buckets = [0.1, 1, 60.0])]
fn measured(hands: &ManualClock, millis: u64) {
    hands.advance(Duration::from_millis(millis));
}

#[test]
fn own_bounds_are_used() {
    let telemetry = TestTelemetry::new();
    for millis in [50, 100, 101, 2_000, 90_000] {
        measured(&telemetry.hands(), millis);
    }
    let call = telemetry.call("histogram", "measured");
    let durations = call.durations().expect("measured");
    assert_eq!(durations.bounds(), [0.1, 1.0, 60.0]);
    assert_eq!(durations.counts(), [2, 1, 1, 1]);
}

struct Feed;

#[telemetry::instrument_adapter("histogram", buckets = [0.5, 1.0], slo(latency = "250ms", target = 99.9))]
impl Feed {
    fn inherited(&self) {}

    #[telemetry(buckets = [2.0], slo(latency = "1s", target = 95))]
    async fn own(&self) {}
}

#[tokio::test]
async fn a_block_gives_defaults() {
    let telemetry = TestTelemetry::new();
    Feed.inherited();
    Feed.own().await;
    let bounds = |name: &str| {
        let call = telemetry.call("histogram", name);
        call.durations().expect("measured").bounds().to_vec()
    };
    assert_eq!((bounds("inherited"), bounds("own")), (vec![0.5, 1.0], vec![2.0]));
}

fn slo(operation: &str) -> Option<Slo> {
    use telemetry::__private::{Block, inventory::iter};
    let of_blocks = iter::<Block>.into_iter().flat_map(|block| block.0);
    let mut all = of_blocks.chain(iter::<&'static telemetry::Operation>.into_iter().copied());
    all.find(|known| known.provider() == "histogram" && known.name() == operation).expect("registered").slo()
}

#[test]
fn objectives_stand_on_the_operation() {
    let parts = |slo: Option<Slo>| slo.map(|slo| (slo.latency(), slo.target().to_string()));
    assert_eq!(parts(slo("inherited")), Some((Duration::from_millis(250), "99.9".to_owned())));
    assert_eq!(parts(slo("own")), Some((Duration::from_secs(1), "95".to_owned())));
    assert_eq!(parts(slo("measured")), None);
}

#[telemetry::measure("histogram", name = "shared", buckets = [0.1, 0.5, 1.0])]
fn one(hands: &ManualClock, millis: u64) {
    hands.advance(Duration::from_millis(millis));
}

#[telemetry::instrument("histogram", name = "shared", buckets = [0.5, 2.0])]
fn other(hands: &ManualClock, millis: u64) {
    hands.advance(Duration::from_millis(millis));
}

#[test]
fn a_shared_series_shows_the_common_bounds() {
    let telemetry = TestTelemetry::new();
    for millis in [50, 400, 700, 3_000] {
        one(&telemetry.hands(), millis);
        other(&telemetry.hands(), millis);
    }
    let call = telemetry.call("histogram", "shared");
    let durations = call.durations().expect("measured");
    assert_eq!((durations.bounds(), durations.counts()), (&[0.5][..], &[4, 4][..]));
    let mut text = String::new();
    prometheus::render(&telemetry.snapshot(), prometheus::Format::Text, &mut text);
    let series = "adapter_request_duration_seconds_count{provider=\"histogram\",operation=\"shared\"} 8";
    assert_eq!(text.matches(series).count(), 1, "{text}");
}
