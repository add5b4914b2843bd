//! A flood of records of one operation.

use std::time::Duration;

use telemetry::{ManualClock, Settings, Telemetry};
use telemetry_runtime as telemetry;

use super::{output_of, records};

struct Flood;

#[telemetry::instrument_adapter("flood", slow = "500ms")]
impl Flood {
    fn fails(&self) -> Result<(), std::fmt::Error> {
        Err(std::fmt::Error)
    }

    fn fails_too(&self) -> Result<(), std::fmt::Error> {
        Err(std::fmt::Error)
    }

    fn slow(&self, hands: &ManualClock) {
        hands.advance(Duration::from_millis(600));
    }
}

#[test]
#[ignore = "the program that another test starts"]
fn the_flood() {
    let (clock, hands) = telemetry::Clock::manual();
    let settings = Settings::load().expect("legal settings");
    let builder = Telemetry::builder().settings(settings).clock(clock);
    let telemetry = builder.install().expect("the first");
    assert!(telemetry.install_subscriber());
    println!();
    for _ in 0..100 {
        let _ = Flood.fails();
    }
    let _ = Flood.fails_too();
    hands.advance(Duration::from_secs(1));
    let _ = Flood.fails();
    Flood.slow(&hands);
    telemetry.shutdown(Duration::from_secs(20)).expect("nothing holds it up");
    let held_back =
        |record| telemetry.snapshot().sum("telemetry_records_held_back_total", &[("record", record)]);
    println!("held back: {} errors, {} slow", held_back("error"), held_back("slow"));
}

const FLOOD: &str = "limit::the_flood";

#[test]
fn its_beginning_is_told_and_its_size() {
    let lines = output_of(FLOOD, "exporters: []\nlogs: { record_limit: 3 }");
    let records = records(&lines);
    let of = |message: &str| records.iter().filter(|record| record["message"] == message).collect::<Vec<_>>();
    let flood = of("flood.fails failed");
    assert_eq!(flood.len(), 4, "{records:#?}");
    assert!(flood[..3].iter().all(|record| record["fields"].get("held_back").is_none()));
    assert_eq!(flood[3]["fields"]["held_back"], 97);
    assert_eq!((of("flood.fails_too failed").len(), of("flood.slow was slow").len()), (1, 1));
    assert!(lines.iter().any(|line| line == "held back: 97 errors, 0 slow"), "{lines:?}");
}

#[test]
fn no_limit() {
    let lines = output_of(FLOOD, "exporters: []\nlogs: { record_limit: 0 }");
    assert_eq!(records(&lines).len(), 103);
}
