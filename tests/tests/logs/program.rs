//! The ids in records, wherever they are written.

use std::time::Duration;

use serde_json::Value;
use telemetry::{Operation, Settings, Telemetry, TelemetryFutureExt, current_span};
use telemetry_runtime as telemetry;
use tracing::Instrument;

use super::{output_of, record, records};

const SOON: Duration = Duration::from_secs(20);

/// Tells where it is, and what the record must say of that.
fn tell(what: &'static str) {
    let span = current_span();
    let (trace, span) = (span.trace_id().to_string(), span.span_id().to_string());
    tracing::info!(expected_trace = trace, expected_span = span, "{what}");
}

struct Shop;

#[telemetry::instrument_adapter("shop")]
impl Shop {
    fn sync(&self) {
        tell("in a call");
        tracing::info_span!("inside").in_scope(|| tell("in a span of tracing"));
    }

    async fn future(&self) {
        tell("before the await");
        tokio::task::yield_now().await;
        tell("after the await");
        telemetry::spawn(async { tell("in a task of ours") }).await.expect("no panic");
        let span = tracing::info_span!("task");
        tokio::spawn(async { tell("in a task of tracing") }.instrument(span)).await.expect("no panic");
        let here = telemetry::Context::current();
        let blocking = async { tokio::task::spawn_blocking(|| tell("detached")).await };
        blocking.with_context(here).await.expect("no panic");
    }

    fn fails(&self) -> Result<(), std::fmt::Error> {
        Err(std::fmt::Error)
    }
}

/// Its provider is the crate, which no attribute states.
#[telemetry::instrument]
fn refuses() -> Result<(), std::fmt::Error> {
    Err(std::fmt::Error)
}

/// What the program of this file does.
fn work() {
    tell("outside");
    Shop.sync();
    let _ = Shop.fails();
    let _ = refuses();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().expect("a runtime");
    runtime.block_on(Shop.future());
    let elsewhere = tracing::info_span!("elsewhere");
    Operation::new("shop", "around").run(|| tracing::warn!(parent: &elsewhere, "of another span"));
    Operation::new("shop", "around").run(|| tracing::warn!(parent: None, "of none"));
    tracing_log::log::warn!(target: "legacy::part", "from the log crate: {}", 7);
    let bytes: &[u8] = b"caf\xc3\xa9 \xff";
    tracing::info!(
        bytes,
        nul = "a\0b",
        api_key = "s3cret",
        error =
            &std::io::Error::other("at http://u:s3cret@h/?k=s3cret") as &(dyn std::error::Error + 'static),
        "line one\nline two \x1b[31m"
    );
    tracing::info!(long = "é".repeat(1 << 19), "{}", "x".repeat(1 << 20));
    tracing::debug!("not by default");
}

#[test]
#[ignore = "the program that other tests start"]
fn the_program() {
    let settings = Settings::load().expect("legal settings");
    let telemetry = Telemetry::builder().settings(settings).install().expect("the first");
    assert!(telemetry.install_subscriber());
    // What the test runner has written ends without a line break.
    println!();
    work();
    telemetry.shutdown(SOON).expect("nothing holds it up");
    tracing::info!("too late");
    let snapshot = telemetry.snapshot();
    let sum = |family: &str, labels: &[(&str, &str)]| snapshot.sum(family, labels);
    let result = |result| sum("telemetry_log_records_total", &[("exporter", "console"), ("result", result)]);
    let late = sum("telemetry_log_records_total", &[("reason", "shutdown")]);
    let (started, exported) = (sum("telemetry_log_records_started_total", &[]), result("exported"));
    println!("account: {started} = {exported} + {late}");
    assert_eq!(started, exported + result("dropped"));
}

const PROGRAM: &str = "program::the_program";

/// Each record stands in the span that it says it stands in.
fn assert_ids(records: &[Value]) {
    let mut told = 0;
    for record in records.iter().filter(|record| record["fields"]["expected_trace"].is_string()) {
        let fields = &record["fields"];
        if fields["expected_trace"] == "0".repeat(32) {
            assert!(record.get("trace_id").is_none(), "{record}");
        } else {
            assert_eq!(record["trace_id"], fields["expected_trace"], "{record}");
            assert_eq!(record["span_id"], fields["expected_span"], "{record}");
        }
        told += 1;
    }
    assert_eq!(told, 8);
    let trace = |message| record(records, message)["trace_id"].as_str().unwrap_or_default();
    assert_eq!(trace("outside"), "");
    assert_eq!(trace("in a call"), trace("in a span of tracing"));
    for message in ["after the await", "in a task of ours", "in a task of tracing"] {
        assert_eq!(trace(message), trace("before the await"), "{message}");
    }
    assert_ne!(trace("in a call"), trace("before the await"));
    assert_eq!(trace("detached"), "", "a plain thread begins anew");
    assert_ne!(trace("of another span"), "");
    assert_eq!(trace("of none"), "");
}

/// Each record names the operation of the call that its thread was in.
fn assert_operations(records: &[Value]) {
    let of = |message| record(records, message)["operation"].as_str().unwrap_or_default();
    assert_eq!([of("in a call"), of("in a span of tracing")], ["shop.sync"; 2]);
    assert_eq!([of("before the await"), of("after the await")], ["shop.future"; 2]);
    for message in ["outside", "in a task of ours", "detached", "of another span", "of none"] {
        assert_eq!(of(message), "", "{message}");
    }
}

#[test]
fn records_have_the_ids_of_the_span_around_them() {
    let lines = output_of(PROGRAM, "exporters: []\nservice: { name: till }");
    let records = records(&lines);
    assert_ids(&records);
    assert_operations(&records);
    let failed = record(&records, "shop.fails failed");
    assert_eq!((&failed["level"], &failed["operation"]), (&"ERROR".into(), &"shop.fails".into()));
    for failed in [failed, record(&records, "logs.refuses failed")] {
        let file = failed["file"].as_str().expect("where the function stands");
        assert!(file.ends_with("logs/program.rs"), "{failed}");
    }
    assert!(failed["trace_id"].is_string() && failed["fields"]["error.type"].is_string(), "{failed}");
    assert!(records.iter().all(|record| record["service"] == "till"));
    let legacy = record(&records, "from the log crate: 7");
    assert_eq!((&legacy["target"], &legacy["level"]), (&"legacy::part".into(), &"WARN".into()));
    assert!(legacy["file"].as_str().is_some_and(|file| file.ends_with("program.rs")), "{legacy}");
    assert!(legacy.get("fields").is_none(), "{legacy}");
    assert!(records.iter().all(|record| record["message"] != "not by default"));
}

#[test]
fn also_in_traces_that_are_not_recorded() {
    let lines = output_of(PROGRAM, "exporters: []\ntelemetry: { sampling_ratio: 0 }");
    assert_ids(&records(&lines));
}

#[test]
fn every_record_is_accounted_for() {
    let lines = output_of(PROGRAM, "exporters: []");
    let account = lines.iter().find_map(|line| line.strip_prefix("account: ")).expect("an account");
    let written = records(&lines).len();
    assert_eq!(account, format!("{} = {written} + 1", written + 1), "one came after the end");
}

#[test]
fn hostile_data_breaks_no_line() {
    let lines = output_of(PROGRAM, "exporters: []");
    let records = records(&lines);
    let hostile = record(&records, "line one\nline two \x1b[31m");
    let fields = &hostile["fields"];
    assert_eq!((&fields["bytes"], &fields["nul"]), (&"café \u{fffd}".into(), &"a\0b".into()));
    assert_eq!(fields["api_key"], "[redacted]");
    assert_eq!(fields["error"], "at http://h/?k=…");
    let is_long = |record: &&Value| record["message"].as_str().is_some_and(|text| text.starts_with("xxx"));
    let long = records.iter().find(is_long).expect("the long record");
    let length = |value: &Value| value.as_str().expect("text").len();
    assert!(length(&long["message"]) < 17 * 1024 && length(&long["fields"]["long"]) < 17 * 1024);
    assert!(lines.iter().all(|line| !line.contains("s3cret") && !line.contains('\x1b')));
}

#[test]
fn for_people() {
    let lines =
        output_of(PROGRAM, "exporters: []\nlogs: { format: text, level: debug, targets: { legacy: 'off' } }");
    let line = |part: &str| {
        let found: Vec<&String> = lines.iter().filter(|line| line.contains(part)).collect();
        assert_eq!(found.len(), 1, "{part}: {lines:#?}");
        found[0].clone()
    };
    assert!(line("in a call").contains("  INFO "));
    assert!(line("shop.fails failed").contains("operation=shop.fails trace_id="));
    assert!(line(r"line one\nline two \u{1b}[31m").contains(r"nul=a\u{0}b"));
    line("not by default");
    assert!(!lines.iter().any(|line| line.contains("from the log crate")));
}

#[test]
fn switched_off() {
    for settings in ["logs: { enabled: false }", "logs: { console: false }", "telemetry: { enabled: false }"]
    {
        let lines = output_of(PROGRAM, &format!("exporters: []\n{settings}"));
        assert!(records(&lines).is_empty(), "{settings}: {lines:?}");
        assert!(lines.iter().any(|line| line == "account: 0 = 0 + 0"), "{settings}: {lines:?}");
    }
}
