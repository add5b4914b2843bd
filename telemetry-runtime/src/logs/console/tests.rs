use std::{
    sync::{Arc, Mutex},
    task::{Context, Waker},
    time::{Duration, UNIX_EPOCH},
};

use opentelemetry::{KeyValue, SpanId, TraceFlags, TraceId};
use tracing::Level;

use super::*;
use crate::export::{LogRecord, SpanOfRecord};

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn record(number: u64, message: &str) -> LogRecord {
    LogRecord {
        number,
        time: UNIX_EPOCH + Duration::from_secs(1_700_000_000),
        level: Level::WARN,
        target: "shop::cart".into(),
        file: Some("src/cart.rs".into()),
        line: Some(7),
        message: message.to_owned(),
        fields: vec![
            KeyValue::new("provider", "shop"),
            KeyValue::new("operation", "pay"),
            KeyValue::new("items", 3),
        ],
        dropped_fields: 0,
        span: Some(SpanOfRecord {
            trace_id: TraceId::from(0x11_u128),
            span_id: SpanId::from(0x22),
            flags: TraceFlags::SAMPLED,
        }),
    }
}

/// What is written of the records.
fn written(format: LogFormat, has_colours: bool, records: Vec<LogRecord>) -> String {
    let sink = Written::default();
    let resource = Resource::builder_empty().with_service_name("till").build();
    let mut console = ConsoleLogs::to(Box::new(sink.clone()), format, has_colours, &resource);
    let records: Vec<SharedRecord> = records.into_iter().map(Arc::new).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    assert_eq!(runtime.block_on(console.export(&records)), Delivery::ACCEPTED);
    let bytes = sink.0.lock().expect("no panic").clone();
    String::from_utf8(bytes).expect("text")
}

#[test]
fn a_line_of_json_says_everything() {
    let line = written(LogFormat::Json, true, vec![record(1, "nearly empty")]);
    let expected = concat!(
        r#"{"timestamp":"2023-11-14T22:13:20.000000Z","level":"WARN","message":"nearly empty","service":"till","#,
        r#""operation":"shop.pay","trace_id":"00000000000000000000000000000011","span_id":"0000000000000022","#,
        r#""target":"shop::cart","file":"src/cart.rs","line":7,"fields":{"items":3}}"#,
        "\n"
    );
    assert_eq!(line, expected);
    let bare = LogRecord { span: None, fields: Vec::new(), file: None, line: None, ..record(2, "") };
    let line: serde_json::Value =
        serde_json::from_str(&written(LogFormat::Json, false, vec![bare])).expect("JSON");
    let keys: Vec<&String> = line.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["level", "message", "service", "target", "timestamp"]);
}

#[test]
fn a_line_of_text_is_for_people() {
    let line = written(LogFormat::Text, false, vec![record(1, "nearly empty")]);
    let expected = "2023-11-14T22:13:20.000000Z  WARN shop::cart: nearly empty items=3 operation=shop.pay \
                    trace_id=00000000000000000000000000000011 span_id=0000000000000022\n";
    assert_eq!(line, expected);
    assert!(written(LogFormat::Text, true, vec![record(1, "m")]).contains("\x1b[33m WARN\x1b[0m"));
}

#[test]
fn hostile_data_breaks_no_line() {
    let tricks = "a\nb\r\n\x1b[2J\x1b]0;title\x07\u{9b}31m\u{202e}\u{2028}\0\u{feff}";
    let hostile = |number| LogRecord {
        target: tricks.into(),
        fields: vec![KeyValue::new(tricks, tricks), KeyValue::new("long", "é\n".repeat(1 << 19))],
        ..record(number, tricks)
    };
    for format in [LogFormat::Json, LogFormat::Text] {
        let text = written(format, false, vec![hostile(1), record(2, "after")]);
        assert_eq!(text.lines().count(), 2, "{format:?}");
        let is_plain = |c: char| c == '\n' || !(c.is_control() || "\u{202e}\u{2028}\u{feff}".contains(c));
        assert!(text.chars().all(is_plain), "{format:?}");
        assert!(text.ends_with('\n') && text.lines().last().is_some_and(|last| last.contains("after")));
        if format == LogFormat::Json {
            let first = text.lines().next().expect("a line");
            let value: serde_json::Value = serde_json::from_str(first).expect("JSON");
            assert_eq!((&value["message"], &value["fields"][tricks]), (&tricks.into(), &tricks.into()));
        }
    }
}

#[test]
fn a_batch_that_is_tried_again_is_written_once() {
    let sink = Written::default();
    let resource = Resource::builder_empty().build();
    let mut console = ConsoleLogs::to(Box::new(sink.clone()), LogFormat::Json, false, &resource);
    let batch = [Arc::new(record(1, "once"))];
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        // Given up after its first poll.
        let mut first = console.export(&batch);
        assert!(first.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        drop(first);
        assert_eq!(console.export(&batch).await, Delivery::ACCEPTED);
    });
    let text = String::from_utf8(sink.0.lock().expect("no panic").clone()).expect("text");
    assert_eq!(text.lines().count(), 1, "{text}");
}
