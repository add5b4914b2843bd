//! Spans in files: as an exporter, and as the fallback of one that cannot deliver.

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use telemetry::{HealthStatus, Operation, Settings, SetupError, Telemetry, Value};
use telemetry_runtime as telemetry;
use tempfile::TempDir;

const SOON: Duration = Duration::from_secs(60);

/// A program has one way out for spans, so one test at a time.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn build(exporters: &str) -> (Result<Telemetry, SetupError>, Arc<Mutex<Vec<String>>>) {
    let batch = "flush_interval: 20ms, batch_size: 50";
    let yaml = format!("tracing: {{ batch: {{ {batch} }} }}\nexporters: [{exporters}]");
    let settings = Settings::from_yaml_str(&yaml).expect("legal");
    let faults = Arc::<Mutex<Vec<String>>>::default();
    let told = Arc::clone(&faults);
    let builder = Telemetry::builder().settings(settings);
    let builder = builder.on_fault(move |fault| told.lock().expect("no panic").push(fault.to_string()));
    (builder.build(), faults)
}

fn calls(count: u64) {
    let operation = Operation::new("files", "call");
    (0..count).for_each(|_| operation.run(|| ()));
}

/// How many spans the exporter has by result, after checking that everything adds up.
fn account<const N: usize>(
    telemetry: &Telemetry,
    exporter: &str,
    begun: u64,
    wanted: [(&str, &str); N],
) -> [u64; N] {
    let snapshot = telemetry.snapshot();
    assert_eq!(snapshot.sum("telemetry_spans_started_total", &[]), begun);
    assert_eq!(snapshot.sum("telemetry_spans_total", &[("exporter", exporter)]), begun, "{snapshot:?}");
    let live = snapshot.value("telemetry_spans_live", &[("exporter", exporter)]);
    assert_eq!(live, Some(&Value::Gauge(0.0)));
    wanted.map(|(result, reason)| {
        let labels = [("exporter", exporter), ("result", result), ("reason", reason)];
        snapshot.sum("telemetry_spans_total", &labels)
    })
}

/// Spans in all files whose names begin like that of `path`.
fn spans_in(path: &Path) -> (usize, u64) {
    let name = path.file_name().expect("a file").to_string_lossy().into_owned();
    let entries = fs::read_dir(path.parent().expect("a directory")).expect("a directory");
    let files = entries.map(|entry| entry.expect("an entry").path());
    let files: Vec<_> =
        files.filter(|file| file.file_name().expect("a file").to_string_lossy().starts_with(&name)).collect();
    let spans = |file| {
        let text = fs::read_to_string(file).expect("text");
        let lines = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
        lines
            .map(|line| line["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().map_or(0, Vec::len))
            .sum::<usize>()
    };
    (files.len(), files.iter().map(spans).sum::<usize>() as u64)
}

/// Answers every request with this status.
fn server(status: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let mut request = Vec::new();
            let mut buffer = [0; 8192];
            while !is_whole(&request) {
                match stream.read(&mut buffer) {
                    Ok(0) | Err(_) => break,
                    Ok(read) => request.extend_from_slice(&buffer[..read]),
                }
            }
            let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            drop(stream.write_all(answer.as_bytes()));
        }
    });
    address
}

fn is_whole(request: &[u8]) -> bool {
    let Some(head) = request.windows(4).position(|end| end == b"\r\n\r\n") else { return false };
    let text = String::from_utf8_lossy(&request[..head]).to_ascii_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
    request.len() >= head + 4 + length.unwrap_or(0_usize)
}

/// Where nobody listens.
fn nowhere() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port")
}

fn otlp_with_fallback(address: SocketAddr, file: &Path) -> String {
    let file = file.display();
    format!(
        "{{ provider: otlp, fallback: file, file: {{ path: '{file}' }}, \
         otlp: {{ endpoint: 'http://{address}', protocol: http/protobuf }} }}"
    )
}

fn place() -> (TempDir, std::path::PathBuf) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("spans.jsonl");
    (directory, path)
}

#[test]
fn a_file_gets_every_span_and_is_begun_anew() {
    let _alone = alone();
    let (_directory, path) = place();
    let (telemetry, faults) =
        build(&format!("{{ provider: file, file: {{ path: '{}', rotate_size: 64KiB }} }}", path.display()));
    let telemetry = telemetry.expect("nothing to fail");
    calls(1000);
    telemetry.flush(SOON).expect("a disk");
    assert_eq!(account(&telemetry, "file", 1000, [("exported", "")]), [1000]);
    fs::remove_file(&path).expect("it is there");
    let before = spans_in(&path).1;
    calls(10);
    telemetry.shutdown(SOON).expect("a disk");
    assert_eq!(account(&telemetry, "file", 1010, [("exported", "")]), [1010]);
    let (files, spans) = spans_in(&path);
    assert!(files > 2 && spans == before + 10, "{spans} spans in {files} files, {before} before");
    assert!(faults.lock().expect("no panic").is_empty(), "{faults:?}");
}

#[test]
fn what_nobody_listens_for_goes_to_the_file() {
    let _alone = alone();
    let (_directory, path) = place();
    let (telemetry, faults) = build(&otlp_with_fallback(nowhere(), &path));
    let telemetry = telemetry.expect("nothing to fail");
    calls(120);
    telemetry.flush(SOON).expect("the fallback takes them");
    // The breaker is open by now: nobody is asked, and nothing waits.
    calls(30);
    telemetry.flush(SOON).expect("the fallback takes them");
    assert_eq!(account(&telemetry, "otlp", 150, [("fallback", ""), ("exported", "")]), [150, 0]);
    assert_eq!(spans_in(&path), (1, 150));
    assert_eq!(telemetry.health().status(), HealthStatus::Degraded);
    let failure = telemetry.exporter_failures().remove(0);
    assert_eq!((failure.exporter(), failure.reason()), ("otlp", "unreachable"), "{failure}");
    // The page is for everybody: the reason and the time are there, the words are not.
    let page = telemetry.health().to_json();
    assert_eq!(page["details"]["exporters"]["otlp"]["last_failure"]["reason"], "unreachable", "{page}");
    assert!(page["details"]["exporters"]["otlp"]["last_failure"]["unix_seconds"].is_u64(), "{page}");
    for word in [failure.message(), "127.0.0.1", "http", "refused", "jsonl"] {
        assert!(!page.to_string().contains(word), "{word} in {page}");
    }
    telemetry.shutdown(SOON).expect("the fallback takes them");
    let faults = faults.lock().expect("no panic");
    assert!(faults.iter().any(|fault| fault.contains("spans were not delivered")), "{faults:?}");
}

#[test]
fn what_is_refused_goes_to_the_file() {
    let _alone = alone();
    let (_directory, path) = place();
    let (telemetry, _) = build(&otlp_with_fallback(server("400 Bad Request"), &path));
    let telemetry = telemetry.expect("nothing to fail");
    calls(70);
    telemetry.flush(SOON).expect("the fallback takes them");
    assert_eq!(account(&telemetry, "otlp", 70, [("fallback", "")]), [70]);
    assert_eq!(spans_in(&path), (1, 70));
    let failures = telemetry.exporter_failures();
    let [failure] = &failures[..] else { panic!("{failures:?}") };
    assert_eq!((failure.exporter(), failure.reason()), ("otlp", "refused"));
    assert_eq!(failure.message(), "HTTP status 400 Bad Request");
    telemetry.shutdown(SOON).expect("nothing is left");
}

#[test]
fn what_is_delivered_does_not() {
    let _alone = alone();
    let (_directory, path) = place();
    let (telemetry, _) = build(&otlp_with_fallback(server("200 OK"), &path));
    let telemetry = telemetry.expect("nothing to fail");
    calls(70);
    telemetry.shutdown(SOON).expect("a quick receiver");
    assert_eq!(account(&telemetry, "otlp", 70, [("exported", "")]), [70]);
    assert_eq!(spans_in(&path), (0, 0), "there is no file that is not needed");
}

#[test]
fn the_end_of_the_program_leaves_nothing_behind() {
    let _alone = alone();
    let (_directory, path) = place();
    let (telemetry, _) = build(&otlp_with_fallback(nowhere(), &path));
    let telemetry = telemetry.expect("nothing to fail");
    calls(70);
    telemetry.shutdown(SOON).expect("the fallback takes them");
    assert_eq!(account(&telemetry, "otlp", 70, [("fallback", "")]), [70]);
    assert_eq!(spans_in(&path), (1, 70));
}

#[test]
fn the_fallback_gets_its_time_when_the_exporter_hangs_until_the_end() {
    let _alone = alone();
    let (_directory, path) = place();
    // Connections are made, and nobody answers.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let (telemetry, _) = build(&otlp_with_fallback(silent.local_addr().expect("an address"), &path));
    let telemetry = telemetry.expect("nothing to fail");
    calls(220);
    telemetry.shutdown(Duration::from_secs(2)).expect("it keeps its time");
    assert_eq!(account(&telemetry, "otlp", 220, [("fallback", ""), ("dropped", "shutdown")]), [220, 0]);
    assert_eq!(spans_in(&path), (1, 220));
}

#[cfg(target_os = "linux")]
#[test]
fn what_the_fallback_cannot_take_is_dropped_for_the_first_reason() {
    let _alone = alone();
    let (telemetry, faults) = build(&otlp_with_fallback(server("400 Bad Request"), Path::new("/dev/full")));
    let telemetry = telemetry.expect("nothing to fail");
    calls(20);
    telemetry.flush(SOON).expect("a full disk is an answer");
    assert_eq!(account(&telemetry, "otlp", 20, [("dropped", "refused"), ("fallback", "")]), [20, 0]);
    telemetry.shutdown(SOON).expect("nothing is left");
    let faults = faults.lock().expect("no panic");
    assert!(
        faults.iter().any(|fault| fault.contains("nor did the fallback take them: disk_full")),
        "{faults:?}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_costs_spans_and_nothing_else() {
    let _alone = alone();
    let (telemetry, _) = build("{ provider: file, file: { path: /dev/full } }");
    let telemetry = telemetry.expect("nothing to fail");
    calls(20);
    telemetry.shutdown(SOON).expect("it does not wait for space");
    let [shutdown, exhausted] =
        account(&telemetry, "file", 20, [("dropped", "shutdown"), ("dropped", "retries_exhausted")]);
    assert_eq!((shutdown + exhausted, Operation::new("files", "call").run(|| Some(1))), (20, Some(1)));
}

#[test]
fn what_cannot_be_a_file_is_told_at_set_up() {
    let _alone = alone();
    let (telemetry, _) = build("{ provider: file, file: { path: /nowhere/at/all/spans.jsonl } }");
    let error = telemetry.expect_err("there is no such directory").to_string();
    assert!(error.contains("append to /nowhere/at/all/spans.jsonl"), "{error}");
}
