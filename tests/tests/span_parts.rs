//! Attributes, events and links of spans: within their limits, and counted where they are lost.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use opentelemetry_sdk::trace::SpanData;
use telemetry::{Context, Operation, Settings, Snapshot, Telemetry, span, testing::InMemorySpans};
use telemetry_runtime as telemetry;

/// The longest text of a record.
const LONGEST: usize = 16 * 1024;

/// A program has one way out for spans, so one test at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Recorded {
    spans: Vec<SpanData>,
    snapshot: Snapshot,
    health: telemetry::HealthReport,
}

impl Recorded {
    /// What becomes of the spans of `work` under these limits.
    fn by(limits: &str, work: impl FnOnce(&Telemetry)) -> Self {
        let settings = format!("exporters: []\ntracing: {{ limits: {{ {limits} }} }}");
        let settings = Settings::from_yaml_str(&settings).expect("legal");
        let kept = InMemorySpans::new();
        let telemetry = Telemetry::builder().settings(settings).in_memory(&kept).build().expect("a pipeline");
        work(&telemetry);
        telemetry.flush(Duration::from_secs(20)).expect("nothing holds it up");
        let (snapshot, health) = (telemetry.snapshot(), telemetry.health());
        telemetry.shutdown(Duration::from_secs(20)).expect("nothing holds it up");
        Self { spans: kept.spans(), snapshot, health }
    }

    fn only(&self) -> &SpanData {
        assert_eq!(self.spans.len(), 1, "{:?}", self.spans);
        &self.spans[0]
    }

    fn dropped(&self, part: &str, reason: &str) -> u64 {
        let labels = [("part", part), ("reason", reason)];
        assert!(self.snapshot.value("telemetry_span_parts_dropped_total", &labels).is_some(), "{part}");
        self.snapshot.sum("telemetry_span_parts_dropped_total", &labels)
    }

    fn all_dropped(&self) -> u64 {
        self.snapshot.sum("telemetry_span_parts_dropped_total", &[])
    }
}

#[test]
fn nothing_is_dropped_within_the_limits() {
    let _alone = alone();
    let recorded = Recorded::by("", |_| {
        let other = span("other").start();
        let work = span("work").attribute("a", 1).link(&other.context()).start();
        work.add_event("e", &[("k", 1.into())]);
    });
    assert_eq!((recorded.spans.len(), recorded.all_dropped()), (2, 0));
    let parts = recorded.health.to_json()["details"]["span_parts_dropped"].clone();
    assert_eq!(parts["event"], 0, "{parts}");
}

#[test]
fn what_is_beyond_a_limit_is_counted() {
    let _alone = alone();
    let limits = "attribute_count: 2, event_count: 3, link_count: 1, event_attribute_count: 1, \
                  link_attribute_count: 2";
    let recorded = Recorded::by(limits, |_| {
        let three = [("x", 1.into()), ("y", 2.into()), ("z", 3.into())];
        let other = Context::current();
        let parent = span("other").start();
        let work = span("work").link_with(&parent.context(), &three).link(&parent.context()).link(&other);
        let work = work.attribute("a", 1).attribute("b", 2).attribute("c", 3).attribute("a", 4).start();
        (0..5).for_each(|_| work.add_event("e", &three));
    });
    let work = recorded.spans.iter().find(|span| span.name == "work").expect("it has ended");
    let attributes: Vec<String> =
        work.attributes.iter().map(|kv| format!("{}={}", kv.key, kv.value)).collect();
    assert_eq!((attributes, work.dropped_attributes_count), (vec!["a=4".into(), "b=2".into()], 1));
    assert_eq!((work.events.len(), work.events.dropped_count), (3, 2));
    assert!(work.events.iter().all(|event| event.attributes.len() == 1));
    assert!(work.events.iter().all(|event| event.dropped_attributes_count == 2));
    assert_eq!((work.links.len(), work.links.dropped_count), (1, 1), "no link to no span");
    assert_eq!((work.links[0].attributes.len(), work.links[0].dropped_attributes_count), (2, 1));
    let parts = ["attribute", "event", "link", "event_attribute", "link_attribute"];
    assert_eq!(parts.map(|part| recorded.dropped(part, "limit")), [1, 2, 1, 6, 1]);
    assert_eq!(recorded.all_dropped(), 11);
    let parts = recorded.health.to_json()["details"]["span_parts_dropped"].clone();
    assert_eq!((&parts["event"], &parts["event_attribute"]), (&2.into(), &6.into()), "{parts}");
}

#[test]
fn a_limit_holds_for_what_a_call_knows_itself() {
    let _alone = alone();
    let recorded = Recorded::by("attribute_count: 2", |_| Operation::new("parts", "call").run(|| ()));
    let call = recorded.only();
    let keys: Vec<&str> = call.attributes.iter().map(|kv| kv.key.as_str()).collect();
    assert_eq!(keys, ["provider", "operation"]);
    assert!(call.dropped_attributes_count > 0);
    assert_eq!(recorded.dropped("attribute", "limit"), u64::from(call.dropped_attributes_count));
    let none = Recorded::by("attribute_count: 0", |_| Operation::new("parts", "call").run(|| ()));
    assert!(none.only().attributes.is_empty());
}

#[test]
fn texts_are_cut_between_characters() {
    let _alone = alone();
    let recorded = Recorded::by("attribute_value_length: 3", |_| {
        let work = span("work").attribute("a", "äöüß").attribute("b", "abc").attribute("n", 12345).start();
        work.add_event("event names are no values", &[("k", "12345".into())]);
    });
    let work = recorded.only();
    let values: Vec<String> = work.attributes.iter().map(|kv| kv.value.to_string()).collect();
    assert_eq!(values, ["äöü", "abc", "12345"]);
    assert_eq!(work.events[0].attributes[0].value.to_string(), "123");
    assert_eq!(recorded.all_dropped(), 0, "a value that is cut is not lost");
}

#[test]
fn an_event_that_fits_no_ring_is_counted() {
    let _alone = alone();
    let recorded = Recorded::by("", |_| {
        let work = span("work").start();
        let text = "x".repeat(LONGEST);
        let keys: Vec<String> = (0..9).map(|key| format!("k{key}")).collect();
        let huge: Vec<_> = keys.iter().map(|key| (&**key, text.clone().into())).collect();
        work.add_event("small", &[]);
        work.add_event("huge", &huge);
    });
    let work = recorded.only();
    assert_eq!((work.events.len(), work.events.dropped_count), (1, 1));
    assert_eq!((recorded.dropped("event", "queue_full"), recorded.all_dropped()), (1, 1));
}

#[test]
fn every_attribute_arrives_or_is_counted_while_rings_overflow() {
    const THREADS: usize = 3;
    const EACH: usize = 400;
    let _alone = alone();
    let recorded = Recorded::by(&format!("attribute_count: {EACH}"), |telemetry| {
        let text = "x".repeat(LONGEST);
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    let work = span("work").start();
                    (0..EACH).for_each(|key| work.set_attribute(format!("k{key}"), text.clone()));
                    // Room for the end, which is not what this is about.
                    telemetry.flush(Duration::from_secs(20)).expect("nothing holds it up");
                });
            }
        });
    });
    assert_eq!(recorded.spans.len(), THREADS);
    let arrived: usize = recorded.spans.iter().map(|span| span.attributes.len()).sum();
    let lost = recorded.dropped("attribute", "queue_full");
    assert_eq!(arrived as u64 + lost, (THREADS * EACH) as u64);
    assert!(lost > 0, "a ring holds eight of these texts");
    // A span is not told while the reader is just asking; the family always is.
    let told: u32 = recorded.spans.iter().map(|span| span.dropped_attributes_count).sum();
    assert!(told > 0 && u64::from(told) <= lost, "{told} of {lost}");
}
