use std::collections::VecDeque;
use std::io::{Error, ErrorKind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::trace::SpanKind;

use super::*;
use crate::export::delivery::Reason;
use crate::export::delivery::sample::{at, child, context, full, span, wait};

/// A terminal that remembers.
#[derive(Clone, Default)]
struct Screen(Arc<Mutex<Vec<u8>>>);

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("screen").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Screen {
    fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut *self.0.lock().expect("screen"))).expect("text")
    }
}

fn resource() -> Resource {
    Resource::builder_empty().with_service_name("shop").build()
}

fn console(format: ConsoleFormat) -> (ConsoleExporter, Screen, crate::ManualClock) {
    let (clock, hands) = Clock::manual();
    let screen = Screen::default();
    (ConsoleExporter::to(Box::new(screen.clone()), format, &resource(), clock), screen, hands)
}

/// Exports, and tells what appears.
fn printed(exporter: &mut ConsoleExporter, screen: &Screen, batch: &[SpanData]) -> String {
    assert_eq!(wait(exporter.export(batch)), Delivery::ACCEPTED);
    screen.take()
}

#[test]
fn a_trace_is_a_tree_once_its_root_has_come() {
    let (mut exporter, screen, _) = console(ConsoleFormat::Tree);
    let later = SpanData { start_time: at(900), ..child("later", 1, 4, 1) };
    let batch = [later, child("grandchild", 1, 3, 2), child("other trace", 2, 9, 8)];
    assert_eq!(printed(&mut exporter, &screen, &batch), "");
    let root = SpanData { span_kind: SpanKind::Server, ..child("root", 1, 1, 0) };
    let expected = "\
trace 00000000000000000000000000000001 shop 2023-11-14T22:13:20.000000Z 4 spans
  root [server] 1.50ms
    child [internal] 1.50ms
      grandchild [internal] 1.50ms
    later [internal] 1.50ms
";
    assert_eq!(printed(&mut exporter, &screen, &[root, child("child", 1, 2, 1)]), expected);
    assert_eq!(printed(&mut exporter, &screen, &[]), "");
}

#[test]
fn everything_a_span_has_is_shown() {
    let (mut exporter, screen, _) = console(ConsoleFormat::Tree);
    let expected = "\
trace 00000000000000000000000000112233 shop 2023-11-14T22:13:20.000000Z 1 span
  full [client] 1.50ms error: it broke
      text: value
      owned: value
      flag: true
      whole: 42
      real: 0.5
      texts: [\"a\",\"b\"]
      flags: [true,false]
      wholes: [1,2]
      reals: [1.5,2.5]
      (2 attributes dropped)
      +500.00ns exception
          handled: false
          (3 attributes dropped)
      (4 events dropped)
      link to 00000000000000000000000000000007 0000000000000008
          why: retry
          (5 attributes dropped)
      (6 links dropped)
";
    assert_eq!(printed(&mut exporter, &screen, &[full()]), expected);
}

#[test]
fn a_root_takes_only_what_is_below_it() {
    let (mut exporter, screen, _) = console(ConsoleFormat::Tree);
    // The program calls itself: one trace, two local roots.
    let server = SpanData { parent_span_is_remote: true, ..child("server", 1, 3, 2) };
    let text = printed(&mut exporter, &screen, &[child("client", 1, 2, 1), server]);
    assert!(text.contains("server") && !text.contains("client"), "{text}");
    let text = printed(&mut exporter, &screen, &[child("root", 1, 1, 0)]);
    assert!(text.contains("  root") && text.contains("    client") && !text.contains("server"), "{text}");
}

#[test]
fn a_trace_without_its_root_is_shown_after_a_while() {
    let (mut exporter, screen, hands) = console(ConsoleFormat::Tree);
    printed(&mut exporter, &screen, &[child("below", 1, 3, 2), child("orphan", 1, 2, 1)]);
    hands.advance(Duration::from_secs(29));
    assert_eq!(printed(&mut exporter, &screen, &[]), "");
    hands.advance(Duration::from_secs(1));
    let text = printed(&mut exporter, &screen, &[]);
    assert!(text.contains("2 spans, incomplete\n  orphan") && text.contains("\n    below"), "{text}");
    assert_eq!(printed(&mut exporter, &screen, &[]), "");
}

#[test]
fn what_is_held_back_is_bounded() {
    let (mut exporter, screen, hands) = console(ConsoleFormat::Tree);
    let oldest = child("oldest", 7, 1, 99);
    printed(&mut exporter, &screen, &[oldest]);
    hands.advance(Duration::from_secs(1));
    let many: Vec<_> = (0..4096_u64).map(|id| child("many", 8, id + 1, 9999)).collect();
    let text = printed(&mut exporter, &screen, &many);
    assert!(text.contains("oldest") && !text.contains("many"), "{text}");
    let text = printed(&mut exporter, &screen, &[child("one more", 8, 5000, 9999)]);
    assert!(text.contains("4097 spans, incomplete"), "{text}");
    assert_eq!(wait(exporter.flush()), Ok(()));
    assert_eq!(screen.take(), "");
}

#[test]
fn circles_duplicates_and_depth_do_no_harm() {
    let (mut exporter, screen, _) = console(ConsoleFormat::Tree);
    let batch = [child("a", 1, 1, 2), child("b", 1, 2, 1), child("c", 1, 3, 3), child("d", 1, 2, 9)];
    printed(&mut exporter, &screen, &batch);
    assert_eq!(wait(exporter.flush()), Ok(()));
    let text = screen.take();
    assert_eq!(text.lines().count(), 5, "{text}");
    let mut deep: Vec<_> = (2..=4000_u64).map(|id| child("deep", 5, id, id - 1)).collect();
    deep.push(child("root", 5, 1, 0));
    let text = printed(&mut exporter, &screen, &deep);
    assert_eq!(text.lines().count(), 4001);
    assert!(text.len() < 4000 * 130);
}

#[test]
fn flush_and_shutdown_show_the_rest() {
    let (mut exporter, screen, _) = console(ConsoleFormat::Tree);
    printed(&mut exporter, &screen, &[child("a", 1, 2, 1)]);
    assert_eq!(wait(exporter.flush()), Ok(()));
    assert!(screen.take().contains("incomplete"));
    printed(&mut exporter, &screen, &[child("b", 1, 2, 1)]);
    assert_eq!(wait(exporter.shutdown()), Ok(()));
    assert!(screen.take().contains("  b ["));
}

#[test]
fn json_is_one_object_a_line() {
    let (mut exporter, screen, _) = console(ConsoleFormat::JsonLines);
    let odd = [KeyValue::new("nan", f64::NAN), KeyValue::new("text", "a\n\u{1b}\u{9b}\u{202e}\"")];
    let odd = SpanData { attributes: odd.into(), ..span("odd") };
    let text = printed(&mut exporter, &screen, &[full(), odd]);
    let lines: Vec<_> = text.lines().collect();
    let expected = r#"{"trace_id":"00000000000000000000000000112233","span_id":"0000000000004455","parent_span_id":"0000000000006677","name":"full","kind":"client","service":"shop","scope":"library","start":"2023-11-14T22:13:20.000000Z","duration_ns":1500000,"status":"error","status_message":"it broke","attributes":{"flag":true,"flags":[true,false],"owned":"value","real":0.5,"reals":[1.5,2.5],"text":"value","texts":["a","b"],"whole":42,"wholes":[1,2]},"dropped_attributes":2,"events":[{"name":"exception","time":"2023-11-14T22:13:20.000000Z","attributes":{"handled":false},"dropped_attributes":3}],"dropped_events":4,"links":[{"trace_id":"00000000000000000000000000000007","span_id":"0000000000000008","attributes":{"why":"retry"},"dropped_attributes":5}],"dropped_links":6}"#;
    assert_eq!(lines[0], expected);
    assert_eq!(lines.len(), 2);
    assert!(!lines[1].contains(|c: char| c.is_control() || c == '\u{202e}'), "{}", lines[1]);
    let value: serde_json::Value = serde_json::from_str(lines[1]).expect("JSON");
    assert_eq!(value["attributes"]["text"], "a\n\u{1b}\u{9b}\u{202e}\"");
    assert_eq!(value["attributes"]["nan"], "NaN");
    assert!(value.get("parent_span_id").is_none());
}

#[test]
fn names_and_values_cannot_play_tricks() {
    let (mut exporter, screen, _) = console(ConsoleFormat::Tree);
    let attributes = vec![KeyValue::new("k\r", "\u{1b}]0;title\u{7}")];
    let text = printed(&mut exporter, &screen, &[SpanData { attributes, ..span("a\nb") }]);
    assert!(text.contains(r"a\nb [internal]") && text.contains(r"k\r: \u{1b}]0;title\u{7}"), "{text}");
    assert_eq!(text.matches(char::is_control).count(), text.lines().count());
}

/// Answers each write with the next result.
struct Scripted(VecDeque<io::Result<()>>);

impl Write for Scripted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.pop_front().unwrap_or(Ok(())).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_closed_output_is_survived() {
    let broken = || Err(Error::from(ErrorKind::BrokenPipe));
    let sink = Scripted([broken(), broken(), Ok(())].into());
    let mut exporter =
        ConsoleExporter::to(Box::new(sink), ConsoleFormat::Tree, &resource(), Clock::manual().0);
    for _ in 0..2 {
        let delivery = wait(exporter.export(&[span("a")]));
        let Delivery::Refused { cause } = delivery else { panic!("{delivery:?}") };
        assert_eq!(cause.to_string(), "closed: cannot write to standard output: broken pipe");
        assert_eq!(cause.reason, Reason::Closed);
    }
    assert_eq!(wait(exporter.export(&[span("a")])), Delivery::ACCEPTED);
}

/// Says that it was asked to write, and writes when it is told to.
struct Stuck {
    asked: Sender<()>,
    go_on: Receiver<()>,
    screen: Screen,
}

impl Write for Stuck {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.asked.send(()).expect("a test");
        self.go_on.recv().expect("a test");
        self.screen.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn an_attempt_that_is_given_up_is_printed_once() {
    let ((asked, was_asked), (go_on, wait_for)) = (channel(), channel());
    let screen = Screen::default();
    let sink = Stuck { asked, go_on: wait_for, screen: screen.clone() };
    let format = ConsoleFormat::JsonLines;
    let mut exporter = ConsoleExporter::to(Box::new(sink), format, &resource(), Clock::manual().0);
    let batch = [span("a"), SpanData { span_context: context(1, 2), ..span("b") }];
    wait(async {
        // The time limit of whoever exports: the writer is stuck, so it always runs out.
        let limit = Duration::from_millis(10);
        for _ in 0..2 {
            tokio::time::timeout(limit, exporter.export(&batch)).await.expect_err("stuck");
        }
        was_asked.recv().expect("a writer");
        go_on.send(()).expect("a writer");
        assert_eq!(exporter.export(&batch).await, Delivery::ACCEPTED);
        assert_eq!(screen.take().lines().count(), 2);
        go_on.send(()).expect("a writer");
        assert_eq!(exporter.export(&[span("c")]).await, Delivery::ACCEPTED);
        assert_eq!(screen.take().lines().count(), 1);
    });
}
